import { closest, distance } from 'fastest-levenshtein';
import { shown } from '../onnx/external.js';
import type { Graph, Layer } from '../onnx/graph.js';
import { AutosplitError } from '../util/error.js';

/** Who makes and who reads each tensor, by layer index. Tensors that no layer makes are inputs of the graph. */
export interface Flow {
  producer: ReadonlyMap<string, number>;
  readers: ReadonlyMap<string, readonly number[]>;
}

export function flowOf(layers: readonly Layer[]): Flow {
  const producer = new Map<string, number>();
  const readers = new Map<string, number[]>();
  layers.forEach((layer, index) => {
    for (const output of layer.outputs) producer.set(output, index);
    for (const input of layer.inputs) {
      const list = readers.get(input);
      if (list) list.push(index);
      else readers.set(input, [index]);
    }
  });
  return { producer, readers };
}

/**
 * Tensors that cloud layers read and that are made on the edge or given: inputs of the graph first, then in order of
 * making; each once.
 */
export function crossing(graph: Graph, layers: readonly Layer[], edge: ReadonlySet<number>): string[] {
  const read = new Set<string>();
  layers.forEach((layer, index) => {
    if (!edge.has(index)) for (const input of layer.inputs) read.add(input);
  });
  const given = graph.inputs.map((input) => input.name).filter((name) => read.has(name));
  const made = layers.flatMap((layer, index) =>
    edge.has(index) ? layer.outputs.filter((output) => read.has(output)) : [],
  );
  return [...given, ...made];
}

/** The layers without which these tensors cannot be made. */
function ancestors(layers: readonly Layer[], { producer }: Flow, tensors: Iterable<string>): Set<number> {
  const found = new Set<number>();
  const stack = [...tensors];
  for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
    const made = producer.get(name);
    if (made === undefined || found.has(made)) continue;
    found.add(made);
    stack.push(...layers[made].inputs);
  }
  return found;
}

/**
 * The smallest cut around `start` at which nothing but `allowed` crosses: whatever reads anything else joins it, with
 * all it needs.
 */
function absorb(
  graph: Graph,
  layers: readonly Layer[],
  { producer, readers }: Flow,
  start: ReadonlySet<number>,
  allowed: ReadonlySet<string>,
): Set<number> {
  const edge = new Set(start);
  const added = [...start];
  const add = (layer: number) => {
    if (edge.has(layer)) return;
    edge.add(layer);
    added.push(layer);
  };
  const pull = (tensor: string) => {
    if (!allowed.has(tensor)) for (const reader of readers.get(tensor) ?? []) add(reader);
  };
  for (const input of graph.inputs) pull(input.name);
  for (let layer = added.pop(); layer !== undefined; layer = added.pop()) {
    for (const output of layers[layer].outputs) pull(output);
    for (const input of layers[layer].inputs) {
      const made = producer.get(input);
      if (made !== undefined) add(made);
    }
  }
  return edge;
}

/**
 * The cut at which exactly the tensors named cross: the layers that make them, all before those, and branches that end
 * on the edge. A named graph input brings no layers along.
 * @returns indices of the edge layers
 * @throws AutosplitError CUT_INVALID, naming what would cross besides, what does not cross, and a cut nearby that is
 * valid
 */
export function cutAfter(graph: Graph, layers: readonly Layer[], tensors: readonly string[]): Set<number> {
  const flow = flowOf(layers);
  const named = new Set(tensors);
  if (named.size === 0)
    throw new AutosplitError('CUT_INVALID', 'a cut needs at least one tensor', {
      hint: 'use `split: cloud-only` to cut before everything',
    });
  for (const name of named) checkName(graph, layers, flow, name);
  const edge = ancestors(layers, flow, named);
  const isExact = (cut: ReadonlySet<number>) => {
    const crosses = crossing(graph, layers, cut);
    return crosses.length === named.size && crosses.every((name) => named.has(name));
  };
  if (isExact(edge)) return edge;
  const wider = absorb(graph, layers, flow, edge, named);
  if (isExact(wider)) return wider;
  throw explain(graph, layers, flow, named, edge);
}

const list = (names: readonly string[]) =>
  `${names.slice(0, 8).map(shown).join(', ')}${names.length > 8 ? ` and ${names.length - 8} more` : ''}`;

function checkName(graph: Graph, layers: readonly Layer[], { producer }: Flow, name: string): void {
  if (producer.has(name) || graph.inputs.some((input) => input.name === name)) return;
  const fail = (reason: string, hint: string) =>
    new AutosplitError('CUT_INVALID', `cannot cut after ${shown(name)}: ${reason}`, { hint });
  if (graph.initializers.has(name)) throw fail('it is a constant', 'name a tensor that depends on the input');
  const inside = layers.find((layer) => layer.nodes.some((index) => graph.nodes[index].outputs.includes(name)));
  if (inside && inside.outputs.length === 0) throw fail('nothing reads it', 'name a tensor that something reads');
  if (inside)
    throw fail(
      `it is inside the layer ${shown(inside.name)}, which is computed as one`,
      `cut after ${list(inside.outputs)} instead`,
    );
  const known = [...graph.inputs.map((input) => input.name), ...producer.keys()];
  throw fail(
    'the optimised model has no such tensor',
    `the nearest name is ${shown(nearestName(name, known))}; \`autosplit plan\` lists all layers`,
  );
}

/** Names of a megabyte exist; comparing them letter by letter would take hours. */
function nearestName(name: string, known: readonly string[]): string {
  const comparable = known.filter((candidate) => candidate.length <= 200);
  if (name.length > 200 || comparable.length === 0) return known[0] ?? '';
  const lower = comparable.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return (
    lower ??
    (comparable.length <= 5000
      ? closest(name, comparable)
      : comparable.reduce((best, other) => (distance(name, other) < distance(name, best) ? other : best)))
  );
}

/** A cut that is suggested is written out, so that it can be copied; hardly any has more tensors. */
const MAX_NAMED = 32;

function explain(
  graph: Graph,
  layers: readonly Layer[],
  flow: Flow,
  named: ReadonlySet<string>,
  edge: ReadonlySet<number>,
): AutosplitError {
  const crosses = crossing(graph, layers, edge);
  const extra = crosses.filter((name) => !named.has(name));
  const still = [...named].filter((name) => !crosses.includes(name));
  const reasons: string[] = [];
  if (extra.length > 0) reasons.push(`${list(extra)} would have to cross, too`);
  if (still.length > 0)
    reasons.push(`${list(still)} would not cross, as nothing behind the cut reads ${still.length > 1 ? 'them' : 'it'}`);
  const bottleneck = nearestBottleneck(graph, layers, flow, edge);
  const hints: string[] = [];
  if (crosses.length > 0)
    hints.push(
      `valid: after: [${crosses.slice(0, MAX_NAMED).map(shown).join(', ')}${crosses.length > MAX_NAMED ? ', …' : ''}]`,
    );
  if (bottleneck !== undefined && !(crosses.length === 1 && crosses[0] === bottleneck))
    hints.push(`near it a single tensor crosses after: [${shown(bottleneck)}]`);
  if (hints.length === 0) hints.push('nothing is left for the cloud: use `split: edge-only`');
  return new AutosplitError('CUT_INVALID', `${list([...named])} is no cut of the model: ${reasons.join('; ')}`, {
    hint: hints.join('; '),
  });
}

/** The tensor nearest behind the cut which alone crosses when everything before it is on the edge. */
function nearestBottleneck(
  graph: Graph,
  layers: readonly Layer[],
  flow: Flow,
  edge: ReadonlySet<number>,
): string | undefined {
  const last = Math.max(-1, ...edge);
  // A bottleneck is a dominator of what follows: a few dozen layers on there is one, or there is none worth naming.
  const end = Math.min(layers.length, Math.max(0, last) + 64);
  for (let index = Math.max(0, last); index < end; index++) {
    for (const output of layers[index].outputs) {
      const crosses = crossing(graph, layers, ancestors(layers, flow, [output]));
      if (crosses.length === 1 && crosses[0] === output) return output;
    }
  }
  return undefined;
}
