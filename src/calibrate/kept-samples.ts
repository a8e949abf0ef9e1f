import type { TensorValue } from '../inference/session.js';
import type { Graph } from '../onnx/graph.js';
import type { SampleSet } from '../samples/open.js';
import type { LayerShape } from './profile.js';

/** Most multiply-adds of all samples together: half a minute in WebAssembly. */
const MAX_MACS = 2e11;

/**
 * How many samples can be run layer by layer, all samples through one layer before the next: the inputs and outputs of
 * the widest layer, for all samples, take at most `bytes`.
 */
export function carriedSamples(shapes: readonly LayerShape[], bytes: number, bytesPerElement: number): number {
  const widest = shapes.reduce(
    (most, { inputElements, outputElements }) => Math.max(most, inputElements + outputElements),
    1,
  );
  const macs = shapes.reduce((sum, shape) => sum + shape.macs, 1);
  return Math.max(1, Math.floor(Math.min(bytes / (bytesPerElement * widest), MAX_MACS / macs)));
}

/** Inputs of some samples: by input name, one value per sample. */
export async function loadInputs(
  graph: Graph,
  samples: SampleSet,
  indices: readonly number[],
): Promise<Map<string, TensorValue[]>> {
  const values = new Map<string, TensorValue[]>(graph.inputs.map(({ name }) => [name, []]));
  for (const index of indices) {
    const feeds = await samples.load(index);
    for (const [name, list] of values) list.push(feeds[name]);
  }
  return values;
}
