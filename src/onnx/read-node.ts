import type { AttributeValue, Graph, Initializer, Node } from './graph.js';
import { AttributeProto, AttributeType, NodeProto } from './proto.js';
import { type Cursor, type Field, invalid, split } from './wire.js';

/** How the messages inside a node are read. */
export interface NodeReaders {
  cursor: Cursor;
  tensor(start: number, end: number): Initializer;
  graph(start: number, end: number): Graph;
}

const ATTRIBUTE = 5;
const TENSOR = 5;
const GRAPH = 6;
const LOCATED_IN_NODE = new Set([ATTRIBUTE]);
const KEPT_IN_NODE = new Set([...NodeProto.ids].filter((id) => !LOCATED_IN_NODE.has(id)));
const LOCATED_IN_ATTRIBUTE = new Set([TENSOR, GRAPH]);
const KEPT_IN_ATTRIBUTE = new Set([...AttributeProto.ids].filter((id) => !LOCATED_IN_ATTRIBUTE.has(id)));

/** Reads the NodeProto at `start..end`. Its name may still be empty or taken. */
export function readNode(readers: NodeReaders, start: number, end: number): Node {
  const { kept, located } = split(readers.cursor, start, end, KEPT_IN_NODE, LOCATED_IN_NODE);
  const message = NodeProto.decode(kept);
  const attributes = new Map<string, AttributeValue>();
  for (const field of located) {
    const [name, value] = readAttribute(readers, field);
    attributes.set(name, value);
  }
  return {
    name: message.name ?? '',
    op: message.op ?? '',
    domain: message.domain === 'ai.onnx' ? '' : (message.domain ?? ''),
    inputs: message.inputs,
    outputs: message.outputs,
    attributes,
    ...(message.overload && { overload: message.overload }),
  };
}

function readAttribute(readers: NodeReaders, field: Field): [string, AttributeValue] {
  const { cursor } = readers;
  if (field.wire !== 2) throw invalid(cursor.path, `byte ${field.tag} holds no attribute`);
  const { kept, located } = split(cursor, field.start, field.end, KEPT_IN_ATTRIBUTE, LOCATED_IN_ATTRIBUTE);
  const message = AttributeProto.decode(kept);
  const name = message.name ?? '';
  const tensor = located.filter(({ id }) => id === TENSOR).at(-1);
  const graph = located.filter(({ id }) => id === GRAPH).at(-1);
  if (located.some(({ wire }) => wire !== 2)) throw invalid(cursor.path, `byte ${field.tag} holds no attribute`);
  const raw = (): AttributeValue => ({ type: 'raw', value: cursor.bytes(field.start, field.end) });
  switch (message.type || guessType(message, tensor, graph)) {
    case AttributeType.float:
      return [name, { type: 'float', value: message.f ?? 0 }];
    case AttributeType.int:
      // Integers beyond 53 bits (INT64_MAX as an open end) stay bigints.
      return [name, Number.isSafeInteger(message.i ?? 0) ? { type: 'int', value: message.i ?? 0 } : raw()];
    case AttributeType.string: {
      const value = text(message.s ?? new Uint8Array(0));
      return [name, value === undefined ? raw() : { type: 'string', value }];
    }
    case AttributeType.tensor:
      if (!tensor) throw invalid(cursor.path, `attribute ${JSON.stringify(name)} holds no tensor`);
      return [name, { type: 'tensor', value: readers.tensor(tensor.start, tensor.end) }];
    case AttributeType.graph:
      if (!graph) throw invalid(cursor.path, `attribute ${JSON.stringify(name)} holds no graph`);
      return [name, { type: 'graph', value: readers.graph(graph.start, graph.end) }];
    case AttributeType.floats:
      return [name, { type: 'floats', value: message.floats }];
    case AttributeType.ints:
      return [name, message.ints.every(Number.isSafeInteger) ? { type: 'ints', value: message.ints } : raw()];
    case AttributeType.strings: {
      const values = message.strings.map(text).filter((value) => value !== undefined);
      return [name, values.length === message.strings.length ? { type: 'strings', value: values } : raw()];
    }
    default:
      return [name, raw()];
  }
}

/** Files of IR version 1 do not state the type of an attribute. */
function guessType(
  message: ReturnType<typeof AttributeProto.decode>,
  tensor: Field | undefined,
  graph: Field | undefined,
): number {
  if (message.f !== undefined) return AttributeType.float;
  if (message.i !== undefined) return AttributeType.int;
  if (message.s !== undefined) return AttributeType.string;
  if (tensor) return AttributeType.tensor;
  if (graph) return AttributeType.graph;
  if (message.floats.length > 0) return AttributeType.floats;
  if (message.ints.length > 0) return AttributeType.ints;
  if (message.strings.length > 0) return AttributeType.strings;
  return 0;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function text(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
