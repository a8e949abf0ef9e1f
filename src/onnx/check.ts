import { shown } from './external.js';
import type { Graph, Node } from './graph.js';
import { producers, readNames, withBodies } from './scope.js';
import { invalid } from './wire.js';

/**
 * Checks the rules of the ONNX specification that later stages rely on, and sorts the nodes topologically (in the order
 * of the file where that is one).
 * @param outer names visible from the graphs around it
 * @throws AutosplitError MODEL_INVALID
 */
export function checkGraph(path: string, graph: Graph, outer: (name: string) => boolean): Graph {
  const bad = (reason: string, hint?: string) => invalid(path, reason, hint);
  checkNames(graph, bad);
  const made = producers(graph);
  const inputs = new Set(graph.inputs.map((input) => input.name));
  const isDefined = (name: string) => made.has(name) || inputs.has(name) || graph.initializers.has(name);
  for (const node of graph.nodes) {
    for (const name of readNames(node)) {
      if (!isDefined(name) && !outer(name))
        throw bad(`node ${shown(node.name)} reads ${shown(name)}, which nothing makes`);
    }
  }
  for (const { name } of graph.outputs) {
    if (!isDefined(name) && !outer(name)) throw bad(`its output ${shown(name)} is made by nothing`);
  }
  const visible = (name: string) => isDefined(name) || outer(name);
  const nodes = graph.nodes.map((node) => withBodies(node, (body) => checkGraph(path, body, visible)));
  return { ...graph, nodes: sortNodes(nodes, made, bad) };
}

type Bad = (reason: string, hint?: string) => Error;

/** Single assignment: each tensor is defined once. */
function checkNames(graph: Graph, bad: Bad): void {
  const defined = new Set<string>();
  const define = (name: string, what: string) => {
    if (defined.has(name))
      throw bad(`${what} ${shown(name)} is defined twice`, 'names of tensors must be unique in a graph');
    defined.add(name);
  };
  for (const input of graph.inputs) {
    if (input.name === '') throw bad('one of its inputs has no name');
    define(input.name, 'input');
  }
  for (const name of graph.initializers.keys()) define(name, 'initializer');
  for (const node of graph.nodes) {
    if (node.op === '') throw bad(`node ${shown(node.name)} has no operator`);
    for (const output of node.outputs) if (output !== '') define(output, 'tensor');
    if (node.outputs.every((output) => output === '')) throw bad(`node ${shown(node.name)} (${node.op}) makes nothing`);
  }
  const outputs = new Set<string>();
  for (const { name } of graph.outputs) {
    if (outputs.has(name)) throw bad(`output ${shown(name)} is listed twice`);
    outputs.add(name);
  }
}

/** Depth-first search over the inputs of each node, in order; with a stack of its own, because chains may be long. */
function sortNodes(nodes: Node[], made: ReadonlyMap<string, number>, bad: Bad): Node[] {
  const sorted: Node[] = [];
  const needs = nodes.map((node) => readNames(node).flatMap((name) => made.get(name) ?? []));
  const NEW = 0;
  const OPEN = 1;
  const DONE = 2;
  const state = new Uint8Array(nodes.length);
  const next = new Uint32Array(nodes.length);
  for (let root = 0; root < nodes.length; root++) {
    if (state[root] !== NEW) continue;
    const stack = [root];
    state[root] = OPEN;
    while (stack.length > 0) {
      const index = stack[stack.length - 1];
      if (next[index] === needs[index].length) {
        stack.pop();
        state[index] = DONE;
        sorted.push(nodes[index]);
        continue;
      }
      const need = needs[index][next[index]++];
      if (state[need] === OPEN) {
        const what = need === index ? 'reads its own output' : 'is part of a cycle';
        throw bad(
          `node ${shown(nodes[need].name)} (${nodes[need].op}) ${what}`,
          'only acyclic graphs can be run; recurrence belongs into a Loop or Scan',
        );
      }
      if (state[need] === NEW) {
        state[need] = OPEN;
        stack.push(need);
      }
    }
  }
  return sorted;
}

/**
 * Gives every node a unique name: operator and first output where it has none, and a number where the name is taken.
 */
export function nameNodes(nodes: Node[]): Node[] {
  const taken = new Set(nodes.map((node) => node.name));
  const used = new Set<string>();
  const counts = new Map<string, number>();
  return nodes.map((node) => {
    const wanted = node.name || `${node.op}_${node.outputs.find((output) => output !== '') ?? ''}`;
    let name = wanted;
    // A generated name must not take one that the file uses.
    while (used.has(name) || (name !== node.name && taken.has(name))) {
      const count = (counts.get(wanted) ?? 0) + 1;
      counts.set(wanted, count);
      name = `${wanted}_${count}`;
    }
    used.add(name);
    return name === node.name ? node : { ...node, name };
  });
}
