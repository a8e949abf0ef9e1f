import type { AttributeValue, Graph, Node } from './graph.js';

/** Graphs are immutable, so results are cached per graph. */
const captures = new WeakMap<Graph, ReadonlySet<string>>();

/** Bodies of an If, Loop or Scan node. */
export function bodiesOf(node: Node): Graph[] {
  const bodies: Graph[] = [];
  for (const attribute of node.attributes.values()) if (attribute.type === 'graph') bodies.push(attribute.value);
  return bodies;
}

/** The node with each of its bodies replaced. */
export function withBodies(node: Node, replace: (body: Graph) => Graph): Node {
  if (bodiesOf(node).length === 0) return node;
  const attributes = [...node.attributes].map(([name, attribute]): [string, AttributeValue] =>
    attribute.type === 'graph' ? [name, { type: 'graph', value: replace(attribute.value) }] : [name, attribute],
  );
  return { ...node, attributes: new Map(attributes) };
}

/** Names a body reads from the graphs around it. */
export function capturedNames(body: Graph): ReadonlySet<string> {
  const known = captures.get(body);
  if (known) return known;
  const own = new Set([
    ...body.inputs.map((input) => input.name),
    ...body.initializers.keys(),
    ...body.nodes.flatMap((node) => node.outputs),
  ]);
  const captured = new Set<string>();
  const read = (name: string) => {
    if (!own.has(name)) captured.add(name);
  };
  for (const node of body.nodes) for (const name of readNames(node)) read(name);
  for (const output of body.outputs) read(output.name);
  captures.set(body, captured);
  return captured;
}

/** Distinct names a node reads, in order: its inputs, then what its bodies read from outside. */
export function readNames(node: Node): string[] {
  const names = new Set(node.inputs);
  for (const body of bodiesOf(node)) for (const name of capturedNames(body)) names.add(name);
  names.delete('');
  return [...names];
}

/** Index of the node that makes each tensor. */
export function producers(graph: Graph): Map<string, number> {
  const made = new Map<string, number>();
  graph.nodes.forEach((node, index) => {
    for (const output of node.outputs) if (output !== '') made.set(output, index);
  });
  return made;
}
