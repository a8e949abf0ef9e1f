import type { AttributeValue, ElementType, Graph, Initializer, Node } from './graph.js';

/** A node; its name is its first output, which is unique in any graph. */
export function makeNode(op: string, inputs: string[], outputs: string[], attributes: Record<string, AttributeValue> = {}): Node {
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
export function makeInitializer(name: string, values: Values, dims: number[] = values.length === 1 ? [] : [values.length]): Initializer {
  const dtype = DTYPES.get(values.constructor.name);
  if (!dtype) throw new TypeError(`no element type for ${values.constructor.name}`);
  return { name, dtype, dims, data: { kind: 'memory', bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) } };
}

/** The same node reading other names, bodies of control flow included. */
export function renameReads(node: Node, names: ReadonlyMap<string, string>): Node {
  const attributes = new Map(
    [...node.attributes].map(([key, attribute]): [string, AttributeValue] =>
      attribute.type === 'graph' ? [key, { type: 'graph', value: renameCaptured(attribute.value, names) }] : [key, attribute],
    ),
  );
  return { ...node, inputs: node.inputs.map((input) => names.get(input) ?? input), attributes };
}

/** Renames what a body reads from outside: names that it makes itself are its own. */
function renameCaptured(body: Graph, names: ReadonlyMap<string, string>): Graph {
  const own = new Set([
    ...body.inputs.map((input) => input.name),
    ...body.initializers.keys(),
    ...body.nodes.flatMap((node) => node.outputs),
  ]);
  const outer = new Map([...names].filter(([name]) => !own.has(name)));
  // A body's output may be an outer tensor itself.
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
