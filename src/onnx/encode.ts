import { readBytes } from './bytes.js';
import { elementNumber } from './element.js';
import { shown } from './external.js';
import type { AttributeValue, Fact, Graph, Initializer, Node } from './graph.js';
import {
  AttributeProto,
  AttributeType,
  DimensionProto,
  GraphProto,
  NodeProto,
  StringStringEntryProto,
  TensorProto,
  TensorShapeProto,
  TensorTypeProto,
  TypeProto,
  ValueInfoProto,
} from './proto.js';

/** Where the values of an initializer are written: into the message, or to a range of a data file. */
export type Placement = { location: string; offset: number; length: number } | undefined;

/** Decides where each initializer of the main graph is written, in order. Those of bodies stay in the message. */
export type Place = (initializer: Initializer) => Placement;

/** Encodes a GraphProto. Initializers come in map order. */
export function encodeGraph(graph: Graph, place: Place): Uint8Array {
  const ends = new Set([...graph.inputs, ...graph.outputs].map((fact) => fact.name));
  return GraphProto.encode({
    nodes: graph.nodes.map(encodeNode),
    name: graph.name || 'graph',
    initializers: [...graph.initializers.values()].map((initializer) => encodeTensor(initializer, place(initializer))),
    inputs: graph.inputs.map(encodeFact),
    outputs: graph.outputs.map(encodeFact),
    values: [...graph.values.values()].filter((fact) => !ends.has(fact.name)).map(encodeFact),
  });
}

function encodeNode(node: Node): Uint8Array {
  return NodeProto.encode({
    inputs: node.inputs,
    outputs: node.outputs,
    name: node.name,
    op: node.op,
    attributes: [...node.attributes].map(([name, attribute]) => encodeAttribute(name, attribute)),
    ...(node.domain && { domain: node.domain }),
    ...(node.overload && { overload: node.overload }),
  });
}

const utf8 = new TextEncoder();

function encodeAttribute(name: string, attribute: AttributeValue): Uint8Array {
  switch (attribute.type) {
    case 'float':
      return AttributeProto.encode({ name, f: attribute.value, type: AttributeType.float });
    case 'int':
      return AttributeProto.encode({ name, i: attribute.value, type: AttributeType.int });
    case 'string':
      return AttributeProto.encode({ name, s: utf8.encode(attribute.value), type: AttributeType.string });
    case 'tensor':
      return AttributeProto.encode({ name, t: encodeTensor(attribute.value, undefined), type: AttributeType.tensor });
    case 'graph':
      // onnxruntime ignores external data of bodies when that is given in memory.
      return AttributeProto.encode({
        name,
        g: encodeGraph(attribute.value, () => undefined),
        type: AttributeType.graph,
      });
    case 'floats':
      return AttributeProto.encode({ name, floats: attribute.value, type: AttributeType.floats });
    case 'ints':
      return AttributeProto.encode({ name, ints: attribute.value, type: AttributeType.ints });
    case 'strings':
      return AttributeProto.encode({
        name,
        strings: attribute.value.map((text) => utf8.encode(text)),
        type: AttributeType.strings,
      });
    case 'raw':
      return attribute.value;
  }
}

const EXTERNAL = 1;

function encodeTensor({ name, dtype, dims, data }: Initializer, placement: Placement): Uint8Array {
  const head = { dims, dataType: elementNumber(dtype), name };
  if (placement) {
    const entries = [
      { key: 'location', value: placement.location },
      { key: 'offset', value: String(placement.offset) },
      { key: 'length', value: String(placement.length) },
    ];
    return TensorProto.encode({
      ...head,
      external: entries.map((entry) => StringStringEntryProto.encode(entry)),
      dataLocation: EXTERNAL,
    });
  }
  const bytes = readBytes(data);
  // Strings are encoded fields already; protobuf puts fields in any order.
  return dtype === 'string'
    ? Buffer.concat([TensorProto.encode(head), bytes])
    : TensorProto.encode({ ...head, rawData: bytes });
}

/** Encodes a ValueInfoProto, without what is unknown. */
export function encodeFact(fact: Fact): Uint8Array {
  const { name } = fact;
  if (fact.encodedType) return ValueInfoProto.encode({ name, type: fact.encodedType });
  if (!fact.dtype) return ValueInfoProto.encode({ name });
  const dims = fact.shape?.map((dim) =>
    DimensionProto.encode(
      typeof dim === 'number' ? { value: checkedDimension(name, dim) } : dim === '' ? {} : { param: dim },
    ),
  );
  const tensor = TensorTypeProto.encode({
    elementType: elementNumber(fact.dtype),
    ...(dims && { shape: TensorShapeProto.encode({ dims }) }),
  });
  return ValueInfoProto.encode({ name, type: TypeProto.encode({ tensor }) });
}

function checkedDimension(name: string, dim: number): number {
  if (!Number.isSafeInteger(dim)) throw new TypeError(`${shown(name)} has a dimension of ${dim}`);
  return dim;
}
