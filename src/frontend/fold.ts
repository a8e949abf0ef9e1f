import { openModel } from '../inference/session.js';
import { tensorBytes } from '../onnx/element.js';
import { extractSubgraph } from '../onnx/extract.js';
import type { ElementType, Fact, Graph, Initializer, Model, Node } from '../onnx/graph.js';
import { bodiesOf, readNames } from '../onnx/scope.js';
import { operatorOf } from '../ops/index.js';

/** Maximum bytes of folded constants, which are held in memory; further constants are not folded. */
const MAX_BYTES = 2 ** 30;

/** Domains whose operators are deterministic; nothing is known of others, nor of functions of the model. */
const KNOWN_DOMAINS: ReadonlySet<string> = new Set(['', 'com.microsoft']);

/** Types that onnxruntime hands out as they are stored. */
const STORABLE: ReadonlySet<ElementType> = new Set<ElementType>([
  'float32',
  'float64',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'bool',
]);

/**
 * Indices of the nodes that depend on no input of the model and give the same in every run, such as those that
 * dequantize stored weights or compute shapes.
 */
export function constantNodes({ nodes, initializers }: Graph): Set<number> {
  const constant = new Set(initializers.keys());
  const found = new Set<number>();
  for (const [index, node] of nodes.entries()) {
    if (isRandom(node) || !readNames(node).every((name) => constant.has(name))) continue;
    found.add(index);
    for (const output of node.outputs) constant.add(output);
  }
  return found;
}

const isRandom = (node: Node): boolean =>
  operatorOf(node).isRandom ||
  !KNOWN_DOMAINS.has(node.domain) ||
  bodiesOf(node).some((body) => body.nodes.some(isRandom));

/** Names of tensors that are the same for every input of the model, initializers left out. */
export const constantTensors = (graph: Graph): Set<string> =>
  new Set([...constantNodes(graph)].flatMap((index) => graph.nodes[index].outputs.filter((name) => name !== '')));

/**
 * Computes constant nodes once and makes initializers of what they give: the optimiser of onnxruntime does not fold
 * dequantized weights. A constant then belongs to whichever side reads it. Outputs of the model, and values of unknown
 * shape, stay nodes.
 * @param model with the facts of its tensors
 * @param workDir a folder for temporary files
 */
export async function foldConstants(model: Model, workDir: string): Promise<Model> {
  const { graph } = model;
  const folded = foldable(graph);
  if (folded.size === 0) return model;
  const rest = graph.nodes.filter((_, index) => !folded.has(index));
  const made = new Set([...folded].flatMap((index) => graph.nodes[index].outputs));
  const wanted = [...new Set(rest.flatMap(readNames))].filter((name) => made.has(name));
  const values = wanted.length > 0 ? await computed(model, [...folded], wanted, workDir) : [];
  const read = new Set([...rest.flatMap(readNames), ...graph.outputs.map(({ name }) => name)]);
  const initializers = [...graph.initializers.values(), ...values].filter(({ name }) => read.has(name));
  return {
    ...model,
    graph: {
      ...graph,
      nodes: rest,
      initializers: new Map(initializers.map((initializer) => [initializer.name, initializer])),
      values: new Map([...graph.values].filter(([name]) => !made.has(name))),
    },
  };
}

/** Constant nodes that can become initializers, as long as there is room. */
function foldable(graph: Graph): Set<number> {
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const kept = new Set<string>();
  const found = new Set<number>();
  let bytes = 0;
  for (const index of [...constantNodes(graph)].sort((a, b) => a - b)) {
    const node = graph.nodes[index];
    const size = node.outputs.reduce((sum, name) => sum + sizeOf(graph.values.get(name)), 0);
    const fits =
      bytes + size <= MAX_BYTES &&
      !node.outputs.some((name) => outputs.has(name)) &&
      !readNames(node).some((name) => kept.has(name));
    if (fits) {
      bytes += size;
      found.add(index);
    } else for (const name of node.outputs) kept.add(name);
  }
  return found;
}

/** Bytes of a tensor; infinite where type or shape is not known or not one that can be stored. */
function sizeOf(fact: Fact | undefined): number {
  const { dtype, shape } = fact ?? {};
  const isKnown = dtype && STORABLE.has(dtype) && shape?.every((dim): dim is number => typeof dim === 'number');
  return isKnown ? tensorBytes(dtype, shape) : Number.POSITIVE_INFINITY;
}

async function computed(model: Model, nodes: number[], wanted: string[], workDir: string): Promise<Initializer[]> {
  const part = extractSubgraph(model, { nodes, inputs: [], outputs: wanted });
  const inference = await openModel(part, workDir, 'constants');
  const results = await inference.run({}).finally(() => inference.close());
  return wanted.map((name): Initializer => {
    const { dtype, shape, data } = results[name];
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
    return { name, dtype, dims: [...shape], data: { kind: 'memory', bytes } };
  });
}
