import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import {
  dequantizeAffine,
  dequantizeAffineAxis,
  quantizeAffine,
  quantizeAffineAxis,
} from '../../src/numerics/affine.js';
import { onnxFile } from '../runtime/onnx.js';

const ROWS = 3;
const COLUMNS = 257;

async function session(op: string, scales: number[], axis: number) {
  const [from, to] = op === 'QuantizeLinear' ? (['float32', 'uint8'] as const) : (['uint8', 'float32'] as const);
  return ort.InferenceSession.create(
    onnxFile({
      inputs: [
        ['x', from, [2, ROWS, COLUMNS]],
        ['s', 'float32', scales],
        ['z', 'uint8', scales],
      ],
      outputs: [['y', to, [2, ROWS, COLUMNS]]],
      nodes: [{ op, inputs: ['x', 's', 'z'], outputs: ['y'], attributes: { axis } }],
      initializers: [],
    }),
  );
}

/** Deterministic values, half of them exactly between two codes. */
function values(scale: number, seed: number): Float32Array {
  return Float32Array.from({ length: 2 * ROWS * COLUMNS }, (_, i) => {
    const step = ((i * 7919 + seed * 104729) % 1400) / 2 - 350;
    return Math.fround(i % 2 === 0 ? step * scale : step * scale * (1 + ((i * 31) % 97) / 4096));
  });
}

test('codes are those of onnxruntime, ties and ends included', async () => {
  const quantize = await session('QuantizeLinear', [], 1);
  await fc.assert(
    fc.asyncProperty(
      fc.float({ min: 2 ** -20, max: 16, noNaN: true }),
      fc.integer({ min: 0, max: 255 }),
      fc.nat(1000),
      async (s, z, seed) => {
        const x = values(s, seed);
        const feeds = {
          x: new ort.Tensor('float32', x, [2, ROWS, COLUMNS]),
          s: new ort.Tensor('float32', [s], []),
          z: new ort.Tensor('uint8', [z], []),
        };
        const { y } = await quantize.run(feeds);
        expect(Buffer.compare(quantizeAffine(x, s, z, 8), y.data as Uint8Array)).toBe(0);
      },
    ),
    { numRuns: 60 },
  );
});

test('codes and values per index of an axis are those of onnxruntime', async () => {
  const scales = Float32Array.of(0.1, 0.037, 2.5);
  const zeros = Uint8Array.of(0, 128, 255);
  const s = new ort.Tensor('float32', scales, [ROWS]);
  const z = new ort.Tensor('uint8', zeros, [ROWS]);
  const dims = [2, ROWS, COLUMNS];
  const x = values(0.1, 1);
  const quantized = await (await session('QuantizeLinear', [ROWS], 1)).run({
    x: new ort.Tensor('float32', x, dims),
    s,
    z,
  });
  const codes = quantizeAffineAxis(x, dims, 1, scales, zeros, 8);
  expect(codes).toEqual(quantized.y.data);
  const back = await (await session('DequantizeLinear', [ROWS], 1)).run({
    x: new ort.Tensor('uint8', codes, dims),
    s,
    z,
  });
  expect(dequantizeAffineAxis(codes, dims, 1, scales, zeros)).toEqual(back.y.data);
});

test('fewer bits clamp to fewer codes, and values come back within half a step', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.float({ min: 2 ** -10, max: 8, noNaN: true }),
      fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -100, max: 100 })),
      (bits, scale, list) => {
        const top = 2 ** bits - 1;
        const zero = top >> 1;
        const x = Float32Array.from(list);
        const codes = quantizeAffine(x, scale, zero, bits);
        const back = dequantizeAffine(codes, scale, zero);
        for (let i = 0; i < x.length; i++) {
          expect(codes[i]).toBeLessThanOrEqual(top);
          const isInside = x[i] >= -zero * scale && x[i] <= (top - zero) * scale;
          if (isInside) expect(Math.abs(back[i] - x[i])).toBeLessThanOrEqual(scale * 0.5001);
        }
      },
    ),
  );
});

test('what no code can say becomes an end or zero', () => {
  expect([...quantizeAffine(Float32Array.of(Number.NaN, Infinity, -Infinity, -0), 0.5, 3, 4)]).toEqual([3, 15, 0, 3]);
});

test('gives back every pixel behind a normalised picture, whose zero-point lies between codes', () => {
  const pixels = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (const [mean, std] of [
    [123.675, 58.395],
    [116.28, 57.12],
    [103.53, 57.375],
    [127.5, 128],
    [0, 255],
  ]) {
    const values = Float32Array.from(pixels, (pixel) => (pixel - mean) / std);
    expect([...quantizeAffine(values, 1 / std, mean, 8)]).toEqual([...pixels]);
  }
});
