import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactScales } from '../../src/calibrate/sums.js';
import type { ActivationQuantizer } from '../../src/numerics/range.js';
import { roundHalfEven } from '../../src/numerics/round.js';
import type { Graph, Node } from '../../src/onnx/graph.js';
import type { IntegerGraph } from '../../src/ops/integer.js';

const node = (op: string, inputs: string[], output: string): Node => ({
  name: output,
  op,
  domain: '',
  inputs,
  outputs: [output],
  attributes: new Map(),
});

function network(nodes: Node[], bounds: Record<string, number> = {}): { graph: Graph; integer: IntegerGraph } {
  const names = [...new Set(nodes.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]))];
  return {
    graph: { name: 'g', nodes, inputs: [], outputs: [], initializers: new Map(), values: new Map() },
    integer: {
      roles: nodes.map(() => 'elementwise'),
      codes: new Map(
        names.map((owner) => [owner, { owner, bounds: { low: -Infinity, high: bounds[owner] ?? Infinity } }]),
      ),
    },
  };
}

const quantizers = (scales: Record<string, number>) =>
  new Map(
    Object.entries(scales).map(([name, scale]): [string, ActivationQuantizer] => [
      name,
      { bits: 8, scale, zeroPoint: 0, mse: 0 },
    ]),
  );

const f = Math.fround;
const scale = fc.double({ min: 0.001, max: 0.1, noNaN: true }).map(f);
const code = fc.integer({ min: 0, max: 255 });

/**
 * mlas/lib/qladd.cpp of onnxruntime, for processors with vectors: ratios rounded beforehand, then multiplied and added.
 */
function byRatios([sa, sb, sc]: number[], [za, zb, zc]: number[], a: number, b: number): number {
  const [ra, rb] = [f(sa / sc), f(sb / sc)];
  const fixed = f(zc - f(f(ra * za) + f(rb * zb)));
  return roundHalfEven(f(f(fixed + f(ra * a)) + f(rb * b)));
}

/** The same file, for WebAssembly: the sum of the values, divided. */
const byDivision = ([sa, sb, sc]: number[], [za, zb, zc]: number[], a: number, b: number) =>
  roundHalfEven(f(f(f(sa * (a - za)) + f(sb * (b - zb))) / sc)) + zc;

/** The same file, for ARM: multipliers of 22 bits, and a shift that rounds. */
function byFixedPoint([sa, sb, sc]: number[], [za, zb, zc]: number[], a: number, b: number): number {
  const [ra, rb] = [f(sa / sc), f(sb / sc)];
  const shift = 21 - Math.floor(Math.log2(Math.max(ra, rb)));
  const [ma, mb] = [roundHalfEven(f(ra * 2 ** shift)), roundHalfEven(f(rb * 2 ** shift))];
  return Math.floor((ma * (a - za) + mb * (b - zb)) / 2 ** shift + 0.5) + zc;
}

test('kernels that add in another order give the same codes, for every pair of codes', () => {
  const { graph, integer } = network([node('Add', ['a', 'b'], 'c')]);
  fc.assert(
    fc.property(fc.tuple(scale, scale, scale), fc.tuple(code, code, code), ([a, b, c], zeros) => {
      const moved = exactScales(graph, integer, quantizers({ a, b, c }));
      const scales = ['a', 'b', 'c'].map((name) => moved.get(name) ?? Number.NaN);
      for (let left = 0; left < 256; left++)
        for (let right = 0; right < 256; right++)
          if (byRatios(scales, zeros, left, right) !== byDivision(scales, zeros, left, right))
            throw new Error(`${left} and ${right} under scales ${scales}, zero-points ${zeros}`);
    }),
    { numRuns: 60 },
  );
});

test('nor does fixed point differ, while no operand has four times the scale of the sum', () => {
  const { graph, integer } = network([node('Add', ['a', 'b'], 'c')]);
  const share = fc.double({ min: 1 / 16, max: 3.9, noNaN: true });
  fc.assert(
    fc.property(scale, fc.tuple(share, share), fc.tuple(code, code, code), (c, [a, b], zeros) => {
      const moved = exactScales(graph, integer, quantizers({ a: f(a * c), b: f(b * c), c }));
      const scales = ['a', 'b', 'c'].map((name) => moved.get(name) ?? Number.NaN);
      for (let left = 0; left < 256; left++)
        for (let right = 0; right < 256; right++)
          if (byFixedPoint(scales, zeros, left, right) !== byDivision(scales, zeros, left, right))
            throw new Error(`${left} and ${right} under scales ${scales}, zero-points ${zeros}`);
    }),
    { numRuns: 60 },
  );
});

test('without moving, the two kernels differ now and then: that is why', () => {
  let differ = 0;
  for (let a = 0; a < 256; a++)
    for (let b = 0; b < 256; b++) {
      const [scales, zeros] = [
        [f(0.02), f(0.03), f(0.04)],
        [0, 0, 0],
      ];
      if (byRatios(scales, zeros, a, b) !== byDivision(scales, zeros, a, b)) differ++;
    }
  expect(differ).toBeGreaterThan(0);
});

test('scales move by little, bounded ones only down, and far smaller ones not at all', () => {
  const { graph, integer } = network([node('Add', ['a', 'b'], 'c'), node('Add', ['c', 'd'], 'e')], { d: 6 });
  const given = { a: 0.0231, b: 0.0079, c: 0.0301, d: 6 / 255, e: 0.0402 };
  const moved = exactScales(graph, integer, quantizers(given));
  for (const [name, scale] of Object.entries(given))
    expect(Math.abs((moved.get(name) ?? 0) / scale - 1)).toBeLessThan(0.01);
  expect(moved.get('d')).toBeLessThanOrEqual(6 / 255);
  expect(exactScales(graph, integer, quantizers({ ...given, b: 1e-6 })).has('b')).toBe(false);
});

test('products: the scale of the result is an odd multiple of a fraction of those read', () => {
  const { graph, integer } = network([node('Mul', ['a', 'b'], 'c')]);
  fc.assert(
    fc.property(scale, scale, scale, (a, b, c) => {
      const ratio = (exactScales(graph, integer, quantizers({ a, b, c })).get('c') ?? 0) / (a * b);
      const unit = 2 ** (Math.floor(Math.log2(ratio)) - 9);
      expect(Math.abs(ratio * (a * b) - c) / c).toBeLessThan(0.003);
      expect(Math.abs(Math.round(ratio / unit) * unit - ratio) / ratio).toBeLessThan(1e-6);
      expect(Math.round(ratio / unit) % 2).toBe(1);
    }),
  );
});
