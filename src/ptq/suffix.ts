import { type Inference, openModel } from '../inference/session.js';
import { extractSubgraph } from '../onnx/extract.js';
import type { Fact, Model } from '../onnx/graph.js';
import { readNames } from '../onnx/scope.js';
import type { Walk } from './walk.js';

export interface SuffixOptions {
  /** Initializers that are given anew with each run. */
  constants?: readonly string[];
  /** Inner tensors that it gives beside the outputs of the model, if they are made behind the walk. */
  inner?: readonly string[];
  workDir: string;
  threads?: number | undefined;
}

/** The rest of a model behind a walk as a session: its inputs are what the walk has kept, and the `constants`. */
export async function openSuffix(
  model: Model,
  walk: Walk,
  { constants = [], inner = [], workDir, threads }: SuffixOptions,
): Promise<Inference> {
  const { graph } = model;
  const nodes = graph.nodes.map((_, index) => index).slice(walk.position);
  const reads = new Set(nodes.flatMap((index) => readNames(graph.nodes[index])));
  const given = [...walk.kept]
    .filter(([name]) => reads.has(name))
    .map(([name, [value]]): Fact => ({ name, dtype: value.dtype, shape: [...value.shape] }));
  const free = constants.flatMap((name): Fact[] => {
    const constant = graph.initializers.get(name);
    return constant && reads.has(name) ? [{ name, dtype: constant.dtype, shape: constant.dims }] : [];
  });
  const made = new Set(nodes.flatMap((index) => graph.nodes[index].outputs));
  const outputs = [...new Set([...graph.outputs.map((output) => output.name), ...inner])].filter((name) =>
    made.has(name),
  );
  const suffix = extractSubgraph(model, { nodes, inputs: [...given, ...free], outputs });
  return openModel(suffix, workDir, 'suffix', { quantizers: 'asWritten', ...(threads !== undefined && { threads }) });
}
