import { openModel } from '../../src/inference/session.js';
import { makeInitializer } from '../../src/onnx/build.js';
import type { Model } from '../../src/onnx/graph.js';
import type { Run } from '../../src/outputs/channels.js';
import { numbersOf } from '../../src/outputs/elements.js';
import type { SampleSet } from '../../src/samples/open.js';
import { float, modelOf, node, random } from '../onnx/harness.js';

/** What the float network gives for all samples. */
export async function floatRuns(model: Model, samples: SampleSet, workDir: string, output: string): Promise<Run[]> {
  const network = await openModel(model, workDir, 'float');
  const runs: Run[] = [];
  for (let i = 0; i < samples.count; i++) {
    const value = (await network.run(await samples.load(i)))[output];
    runs.push({ shape: value.shape, values: numbersOf(value) ?? [] });
  }
  await network.close();
  return runs;
}

const [SIZE, CLASSES] = [64, 3];
export const ANCHORS = (SIZE / 8) ** 2;

/**
 * A network with the head of YOLOv8, `y` of [1, 4 + 3, anchors]: boxes in pixels up to 640, scores in 0..1 that are
 * seldom high. Its weights are random.
 * @param bias of the scores in front of their sigmoid
 */
export function yoloShaped(bias = -6): Model {
  const conv = (inputs: string[], output: string, stride: number, pad: number) => {
    const made = node('Conv', inputs, [output]);
    made.attributes.set('strides', { type: 'ints', value: [stride, stride] });
    made.attributes.set('pads', { type: 'ints', value: [pad, pad, pad, pad] });
    return made;
  };
  const model = modelOf({
    nodes: [
      conv(['x', 'w1', 'b1'], 'c1', 2, 1),
      node('Relu', ['c1'], ['a1']),
      conv(['a1', 'w2', 'b2'], 'c2', 2, 1),
      node('Relu', ['c2'], ['a2']),
      conv(['a2', 'w3', 'b3'], 'c3', 2, 1),
      node('Relu', ['c3'], ['a3']),
      conv(['a3', 'wb', 'bb'], 'boxes', 1, 0),
      conv(['a3', 'ws', 'bs'], 'logits', 1, 0),
      node('Sigmoid', ['boxes'], ['fractions']),
      node('Mul', ['fractions', 'pixels'], ['placed']),
      node('Sigmoid', ['logits'], ['scores']),
      node('Reshape', ['placed', 'boxShape'], ['placedRows']),
      node('Reshape', ['scores', 'scoreShape'], ['scoreRows']),
      node('Concat', ['placedRows', 'scoreRows'], ['y'], [['axis', 1]]),
    ],
    inputs: [float('x', 1, 3, SIZE, SIZE)],
    outputs: [float('y', 1, 4 + CLASSES, ANCHORS)],
  });
  const next = random(11);
  const weights = (name: string, dims: number[], gain: number) => {
    const fanIn = dims.slice(1).reduce((a, b) => a * b, 1);
    const values = Float32Array.from({ length: dims[0] * fanIn }, () => gain * (next() - 0.5) * Math.sqrt(24 / fanIn));
    model.graph.initializers.set(name, makeInitializer(name, values, dims));
  };
  const constant = (name: string, values: Float32Array | BigInt64Array) =>
    model.graph.initializers.set(name, makeInitializer(name, values));
  weights('w1', [12, 3, 3, 3], 1);
  weights('w2', [16, 12, 3, 3], 1);
  weights('w3', [24, 16, 3, 3], 1);
  weights('wb', [4, 24, 1, 1], 1);
  weights('ws', [CLASSES, 24, 1, 1], 4);
  for (const [name, length] of Object.entries({ b1: 12, b2: 16, b3: 24, bb: 4 }))
    constant(name, new Float32Array(length).fill(0.1));
  constant('bs', new Float32Array(CLASSES).fill(bias));
  constant('pixels', Float32Array.of(640));
  constant('boxShape', BigInt64Array.of(1n, 4n, -1n));
  constant('scoreShape', BigInt64Array.of(1n, BigInt(CLASSES), -1n));
  return model;
}

/** Pictures of soft spots on a plain ground, in -1..1. */
export function spotSamples(count: number): SampleSet {
  const load = async (index: number) => {
    const next = random(100 + index);
    const data = new Float32Array(3 * SIZE * SIZE).fill(-0.5);
    for (let spot = 0; spot < 3; spot++) {
      const [cx, cy, radius] = [next() * SIZE, next() * SIZE, 3 + next() * 12];
      const colour = [next(), next(), next()].map((value) => 3 * value - 1);
      for (let c = 0; c < 3; c++)
        for (let y = 0; y < SIZE; y++)
          for (let x = 0; x < SIZE; x++)
            data[(c * SIZE + y) * SIZE + x] +=
              colour[c] * Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * radius ** 2));
    }
    return { x: { dtype: 'float32' as const, shape: [1, 3, SIZE, SIZE], data } };
  };
  const names = Array.from({ length: count }, (_, i) => `spots#${i}`);
  return { count, names, available: names, source: { x: { bits: 32 } }, load };
}
