import { makeInitializer } from '../onnx/build.js';
import { readFloats } from '../onnx/bytes.js';
import type { Graph, Initializer, Model, Node } from '../onnx/graph.js';
import { readNames } from '../onnx/scope.js';
import type { ChannelRuns } from '../ops/family.js';
import { operatorOf } from '../ops/index.js';

/** A convolution whose output channels may be scaled: all its readers are convolutions whose weights undo the scale. */
interface Pair {
  producer: Node;
  consumers: Node[];
}

const MAX_ROUNDS = 20;
/** Factors stay within 2^-LIMIT .. 2^LIMIT, so that channels with tiny weights do not overflow. */
const LIMIT = 12;

/**
 * Cross-layer equalisation (Nagel et al. 2019, section 4.1): where a Conv feeds other Convs through operators that are
 * positively homogeneous, output channel c is divided by s_c = sqrt(r1_c / r2_c) and input channel c of its readers
 * multiplied by it, r1 and r2 being the largest magnitudes of their weights. A Clip is not homogeneous: channels that
 * pass one are not scaled. Factors are powers of two, so that the float model gives the same bits.
 * @returns the model, and the names of the weights that were changed
 */
export function equalise(model: Model): { model: Model; equalised: ReadonlySet<string> } {
  const { graph } = model;
  const pairs = findPairs(graph);
  const values = new Map<string, Float32Array>();
  const valuesOf = (name: string): Float32Array => {
    const initializer = graph.initializers.get(name);
    const known = values.get(name) ?? (initializer ? Float32Array.from(readFloats(initializer)) : new Float32Array(0));
    values.set(name, known);
    return known;
  };
  const changed = new Set<string>();
  for (let round = 0, moved = true; moved && round < MAX_ROUNDS; round++) {
    moved = false;
    for (const pair of pairs) {
      const factors = pairFactors(pair, graph, valuesOf);
      if (factors.every((factor) => factor === 1)) continue;
      moved = true;
      scalePair(pair, graph, factors, valuesOf);
      for (const name of [...pair.producer.inputs.slice(1), ...pair.consumers.map((node) => node.inputs[1])])
        changed.add(name);
    }
  }
  if (changed.size === 0) return { model, equalised: changed };
  const initializers = new Map(
    [...graph.initializers].map(([name, initializer]): [string, Initializer] => [
      name,
      changed.has(name) ? makeInitializer(name, valuesOf(name), initializer.dims) : initializer,
    ]),
  );
  return { model: { ...model, graph: { ...graph, initializers } }, equalised: changed };
}

function findPairs(graph: Graph): Pair[] {
  const readers = new Map<string, Node[]>();
  for (const node of graph.nodes)
    for (const name of readNames(node)) readers.set(name, [...(readers.get(name) ?? []), node]);
  const outputs = new Set(graph.outputs.map((output) => output.name));
  /** Whether a node has weights that equalisation scales and that no other node reads. */
  const isOwn = (node: Node) =>
    operatorOf(node).equalisation !== undefined &&
    node.inputs
      .slice(1)
      .every(
        (name) => name === '' || (graph.initializers.get(name)?.dtype === 'float32' && readers.get(name)?.length === 1),
      );
  /** Convolutions that read a tensor; undefined where other nodes read it too, or it is an output. */
  const behind = (tensor: string): Node[] | undefined => {
    if (outputs.has(tensor)) return undefined;
    const found: Node[] = [];
    for (const node of readers.get(tensor) ?? []) {
      if (node.inputs.filter((name) => name === tensor).length !== 1 || node.inputs[0] !== tensor) return undefined;
      if (isOwn(node)) found.push(node);
      else {
        const further = operatorOf(node).isHomogeneous?.(node, graph) ? behind(node.outputs[0]) : undefined;
        if (!further) return undefined;
        found.push(...further);
      }
    }
    return found;
  };
  return graph.nodes.flatMap((producer) => {
    const consumers = isOwn(producer) ? behind(producer.outputs[0]) : undefined;
    return consumers && consumers.length > 0 ? [{ producer, consumers }] : [];
  });
}

type Values = (name: string) => Float32Array;

function pairFactors({ producer, consumers }: Pair, graph: Graph, valuesOf: Values): number[] {
  const weights = valuesOf(producer.inputs[1]);
  const channels = graph.initializers.get(producer.inputs[1])?.dims[0] ?? 0;
  const size = weights.length / channels;
  const read = new Float64Array(channels);
  for (const node of consumers)
    eachRun(node, graph, channels, (channel, start, end) => {
      read[channel] = Math.max(read[channel], magnitude(valuesOf(node.inputs[1]), start, end));
    });
  return Array.from({ length: channels }, (_, channel) => {
    const made = magnitude(weights, channel * size, (channel + 1) * size);
    if (!(made > 0) || !(read[channel] > 0)) return 1;
    return 2 ** Math.max(-LIMIT, Math.min(LIMIT, Math.round(Math.log2(Math.sqrt(made / read[channel])))));
  });
}

function scalePair({ producer, consumers }: Pair, graph: Graph, factors: readonly number[], valuesOf: Values): void {
  for (const name of producer.inputs.slice(1).filter((input) => input !== '')) {
    const values = valuesOf(name);
    const size = values.length / factors.length;
    for (let i = 0; i < values.length; i++) values[i] /= factors[Math.floor(i / size)];
  }
  for (const node of consumers) {
    const values = valuesOf(node.inputs[1]);
    eachRun(node, graph, factors.length, (channel, start, end) => {
      for (let i = start; i < end; i++) values[i] *= factors[channel];
    });
  }
}

/** Runs of the weights of a node that multiply one input channel. */
function eachRun(node: Node, graph: Graph, channels: number, visit: Parameters<ChannelRuns>[3]): void {
  operatorOf(node).equalisation?.(node, graph.initializers.get(node.inputs[1])?.dims ?? [], channels, visit);
}

function magnitude(values: Float32Array, start: number, end: number): number {
  let most = 0;
  for (let i = start; i < end; i++) most = Math.max(most, Math.abs(values[i]));
  return most;
}
