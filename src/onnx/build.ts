import type { AttributeValue, ElementType, Graph, Initializer, Node } from './graph.js';
import { capturedNames, withBodies } from './scope.js';

/** A node; its name is its first output, which is unique in any graph. */
export function makeNode(
  op: string,
  inputs: string[],
  outputs: string[],
  attributes: Record<string, AttributeValue> = {},
): Node {
  return { name: outputs[0], op, domain: '', inputs, outputs, attributes: new Map(Object.entries(attributes)) };
}

export const int = (value: number): AttributeValue => ({ type: 'int', value });

type Values = Float32Array | Int8Array | Uint8Array | Int32Array | BigInt64Array;

const DTYPES = new Map<string, ElementType>([
  ['Float32Array', 'float32'],
  ['Int8Array', 'int8'],
  ['Uint8Array', 'uint8'],
  ['Int32Array', 'int32'],
  ['BigInt64Array', 'int64'],
]);

/** An initializer held in memory; `dims` defaults to a scalar for one value and to a vector otherwise. */
export function makeInitializer(
  name: string,
  values: Values,
  dims: number[] = values.length === 1 ? [] : [values.length],
): Initializer {
  const dtype = DTYPES.get(values.constructor.name);
  if (!dtype) throw new TypeError(`no element type for ${values.constructor.name}`);
  return {
    name,
    dtype,
    dims,
    data: { kind: 'memory', bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) },
  };
}

/** The same node reading other names, bodies of control flow included. */
export function renameReads(node: Node, names: ReadonlyMap<string, string>): Node {
  const inputs = node.inputs.map((input) => names.get(input) ?? input);
  return { ...withBodies(node, (body) => renameCaptured(body, names)), inputs };
}

/** Renames what a body reads from outside; an output of a body may be an outer tensor itself. */
function renameCaptured(body: Graph, names: ReadonlyMap<string, string>): Graph {
  const captured = capturedNames(body);
  const outer = new Map([...names].filter(([name]) => captured.has(name)));
  const outputs = body.outputs.map((output) => ({ ...output, name: outer.get(output.name) ?? output.name }));
  return { ...body, nodes: body.nodes.map((node) => renameReads(node, outer)), outputs };
}

/** Gives names that are new in a graph. */
export function nameMaker(graph: Graph): (wanted: string) => string {
  const taken = new Set([
    ...graph.inputs.map((input) => input.name),
    ...graph.initializers.keys(),
    ...graph.nodes.flatMap((node) => node.outputs),
    ...graph.nodes.map((node) => node.name),
  ]);
  return (wanted) => {
    let name = wanted;
    for (let i = 1; taken.has(name); i++) name = `${wanted}_${i}`;
    taken.add(name);
    return name;
  };
}
