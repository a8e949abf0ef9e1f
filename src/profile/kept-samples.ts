import type { TensorValue } from '../inference/session.js';
import type { Graph, Layer } from '../onnx/graph.js';
import type { SampleSet } from '../samples/open.js';
import { elementsOf, layerShape } from './shapes.js';

/** Multiply-adds that all samples together may take on their way: half a minute in WebAssembly. */
const MOST_MACS = 2e11;

/**
 * How many samples can be carried through layers, one layer after the other: what the widest one reads and gives, of all of them, takes at
 * most `bytes`.
 */
export function carriedSamples(graph: Graph, layers: readonly Layer[], bytes: number, bytesPerElement: number): number {
  const elements = (names: readonly string[]) => names.reduce((sum, name) => sum + elementsOf(graph, name), 0);
  const widest = layers.reduce((most, layer) => Math.max(most, elements(layer.inputs) + elements(layer.outputs)), 1);
  const macs = layers.reduce((sum, layer) => sum + layerShape(layer, graph).macs, 1);
  return Math.max(1, Math.floor(Math.min(bytes / (bytesPerElement * widest), MOST_MACS / macs)));
}

/** The inputs of some samples: values by tensor, one per sample. */
export async function loadInputs(graph: Graph, samples: SampleSet, indices: readonly number[]): Promise<Map<string, TensorValue[]>> {
  const values = new Map<string, TensorValue[]>(graph.inputs.map(({ name }) => [name, []]));
  for (const index of indices) {
    const feeds = await samples.load(index);
    for (const [name, list] of values) list.push(feeds[name]);
  }
  return values;
}
