import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LayerProfile, TensorProfile } from '../../src/calibrate/profile.js';
import { listPresets } from '../../src/config/preset-load.js';
import type { ResolvedConfig } from '../../src/config/resolved.js';
import { type ProblemSources, planningProblem } from '../../src/formulate/index.js';
import { solve } from '../../src/planner/search/solve.js';
import type { EdgeCapabilities, HeldWeights } from '../../src/targets/capabilities.js';
import node from '../../src/targets/node/index.js';
import onnxruntimeNode from '../../src/targets/onnxruntime-node/index.js';
import onnxruntimeWeb from '../../src/targets/onnxruntime-web/index.js';
import simulated from '../../src/targets/simulated/index.js';

const WIDTHS = [2, 3, 4, 6, 8];
const presets = listPresets('edge').map(({ preset }) => preset);
const [link] = listPresets('network').filter(({ preset }) => preset.name === '4g');
const [cloud] = listPresets('cloud').filter(({ preset }) => preset.name === 'xeon');

interface Fully {
  inputs: number;
  outputs: number;
  integer: boolean;
}

/** A fully connected layer of this size that reads the input of the network and makes its output. */
function sources(
  { inputs, outputs, integer }: Fully,
  preset: (typeof presets)[number],
  target: EdgeCapabilities,
): ProblemSources {
  const weights = inputs * outputs;
  const layer: LayerProfile = {
    name: 'fc',
    shape: {
      op: 'Gemm',
      inputElements: inputs,
      outputElements: outputs,
      parameters: weights + outputs,
      macs: weights,
      gemm: { m: 1, n: outputs, k: inputs, count: 1 },
    },
    integer,
    weightElements: integer ? weights : 0,
    weightChannels: integer ? outputs : 0,
    biasElements: integer ? outputs : 0,
    plainBytes: integer ? 0 : 4 * (weights + outputs),
    weightErrors: new Map(WIDTHS.map((bits) => [bits, 4 ** -bits])),
    weightMeanSquare: 1,
  };
  const tensor = (name: string, elements: number): TensorProfile => ({
    name,
    dtype: 'float32',
    shape: [1, elements],
    elements,
    min: 0,
    max: 1,
    meanSquare: 1,
    quantizers: new Map(),
    payload: new Map([[8, new Map([['raw', { mean: elements, p50: elements, p95: elements }]])]]),
  });
  const config = {
    edge: { preset, memoryBytes: 1e12 },
    cloud: { preset: cloud.preset },
    link: { preset: link.preset, percentile: 50 },
    constraints: {},
    split: 'edge-only',
    deliver: 'edge',
    errorModel: 'relative',
    objective: 'latency',
  } as unknown as ResolvedConfig;
  return {
    config,
    targets: { edge: target, cloud: node },
    bits: { weights: WIDTHS, activations: [8] },
    graph: {
      nodes: [{ op: 'Gemm', domain: '', inputs: ['x', 'w'], outputs: ['y'], attributes: new Map() }],
      initializers: new Map([['w', {}]]),
      inputs: [{ name: 'x', dtype: 'float32', shape: [1, inputs] }],
      outputs: [{ name: 'y', dtype: 'float32', shape: [1, outputs] }],
    } as unknown as ProblemSources['graph'],
    layers: [
      { name: 'fc', op: 'Gemm', nodes: [0], inputs: ['x'], outputs: ['y'] },
    ] as unknown as ProblemSources['layers'],
    profile: {
      samples: 1,
      tensors: new Map([tensor('x', inputs), tensor('y', outputs)].map((one) => [one.name, one])),
      layers: [layer],
      inputs: new Map([
        [
          'x',
          {
            name: 'x',
            plainBits: 32,
            sizes: new Map([[32, new Map([['raw', { mean: 4 * inputs, p50: 0, p95: 0 }]])]]),
            errors: new Map(),
          },
        ],
      ]),
      integer: { roles: [integer ? 'weighted' : 'float'], codes: new Map() },
    } as unknown as ProblemSources['profile'],
  };
}

const optionsOf = (...args: Parameters<typeof sources>) => planningProblem(sources(...args)).layers[0].options;
const fully: fc.Arbitrary<Fully> = fc.record({
  inputs: fc.integer({ min: 1, max: 3000 }),
  outputs: fc.integer({ min: 1, max: 3000 }),
  integer: fc.constant(true),
});
const anyPreset = fc.constantFrom(...presets);
const held = (weights: HeldWeights): EdgeCapabilities => ({ ...onnxruntimeNode, name: 'own', weights });

describe('what a target holds is what is planned', () => {
  it('on onnxruntime, time, energy and memory do not change with the bits of weights, on any device; the disk does', () => {
    fc.assert(
      fc.property(fully, anyPreset, fc.constantFrom(onnxruntimeNode, onnxruntimeWeb), (layer, preset, target) => {
        const options = optionsOf(layer, preset, target);
        expect(options.map(({ weightBits }) => weightBits)).toEqual(WIDTHS);
        const [first] = options;
        const { inputs, outputs } = layer;
        for (const { weightBits, seconds, joules, weightBytes, diskBytes = 0 } of options) {
          expect({ seconds, joules, weightBytes }).toEqual({
            seconds: first.seconds,
            joules: first.joules,
            weightBytes: first.weightBytes,
          });
          expect(weightBytes).toBe(inputs * outputs + 8 * outputs);
          expect(diskBytes - (first.diskBytes ?? 0)).toBe(
            Math.ceil((inputs * outputs * weightBits) / 8) - Math.ceil((inputs * outputs) / 4),
          );
        }
      }),
    );
  });

  it('on a simulated device they are packed, in memory and on their way', () => {
    fc.assert(
      fc.property(fully, anyPreset, (layer, preset) => {
        const options = optionsOf(layer, preset, simulated);
        options.forEach(({ weightBits, weightBytes, seconds }, i) => {
          expect(weightBytes).toBe(Math.ceil((layer.inputs * layer.outputs * weightBits) / 8) + 8 * layer.outputs);
          if (i > 0) expect(seconds).toBeGreaterThanOrEqual(options[i - 1].seconds);
        });
      }),
    );
    const [pi] = presets.filter(({ name }) => name === 'raspberry-pi-4');
    const large = { inputs: 4096, outputs: 4096, integer: true };
    const [two, , four] = optionsOf(large, pi, simulated);
    expect(two.seconds).toBeLessThan(four.seconds);
    // The accounting is the target's, not its name's.
    expect(optionsOf(large, pi, held({ held: 'packed', in: 'ram' }))).toEqual(optionsOf(large, pi, simulated));
  });

  it('what stays in flash takes no memory but its time, and floats take four bytes', () => {
    const [pi] = presets.filter(({ name }) => name === 'raspberry-pi-4');
    const layer = { inputs: 100, outputs: 10, integer: true };
    const packed = optionsOf(layer, pi, simulated);
    const flash = optionsOf(layer, pi, held({ held: 'packed', in: 'flash' }));
    expect(flash).toEqual(packed.map((option) => ({ ...option, weightBytes: 0 })));
    for (const { weightBytes } of optionsOf(layer, pi, held({ held: 'float', in: 'ram' })))
      expect(weightBytes).toBe(4 * 1000 + 8 * 10);
    for (const target of [onnxruntimeNode, simulated]) {
      const [float, ...others] = optionsOf({ ...layer, integer: false }, pi, target);
      expect(others).toEqual([]);
      expect(float).toMatchObject({ weightBits: 32, weightBytes: 4 * 1010 });
    }
  });
});

describe('fewer bits are taken where they buy something', () => {
  const [pi] = presets.filter(({ name }) => name === 'raspberry-pi-4');
  const [array] = presets.filter(({ name }) => name === 'eyeriss');
  const layer = { inputs: 1000, outputs: 1000, integer: true };
  const bitsOf = (target: EdgeCapabilities, preset = pi, limits = {}, objective: 'latency' | 'error' = 'latency') => {
    const problem = planningProblem(sources(layer, preset, target));
    const { best } = solve({ ...problem, limits, objective });
    return best && problem.layers[0].options[best.assignment.option[0]].weightBits;
  };

  it('not on onnxruntime, whatever else', () => {
    expect(bitsOf(onnxruntimeNode)).toBe(8);
    expect(bitsOf(onnxruntimeNode, pi, { memoryBytes: 1_020_000 })).toBe(8);
    expect(bitsOf(onnxruntimeNode, pi, { memoryBytes: 1_000_000 })).toBeUndefined();
  });

  it('on onnxruntime for a small download', () => {
    expect(bitsOf(onnxruntimeNode, pi, { diskBytes: 600_000 })).toBe(4);
    expect(bitsOf(onnxruntimeNode, pi, { diskBytes: 300_000 })).toBe(2);
    expect(bitsOf(onnxruntimeNode, pi, { diskBytes: 200_000 })).toBeUndefined();
  });

  it('on a simulated device for memory and for time', () => {
    expect(bitsOf(simulated, pi, {}, 'error')).toBe(8);
    expect(bitsOf(simulated, pi, { memoryBytes: 600_000 }, 'error')).toBe(4);
    expect(bitsOf(simulated, array)).toBe(2);
  });

  it('not where neither cost nor predicted error tells them apart', () => {
    const problem = planningProblem(sources(layer, pi, onnxruntimeNode));
    problem.layers[0].options = problem.layers[0].options.map((option) => ({ ...option, error: 0 }));
    const { best } = solve(problem);
    expect(best && problem.layers[0].options[best.assignment.option[0]].weightBits).toBe(8);
  });
});
