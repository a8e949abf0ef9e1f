import protobuf from 'protobufjs';

/*
 * The messages of onnx.proto, as far as they are read or written. Messages inside messages are declared as `bytes`,
 * which is the same on the wire: each level is decoded when it is needed, and large tensors never pass through here.
 */

type FieldSpec = readonly [id: number, type: string, rule?: 'repeated'];

/** A message type whose decoded form is `T`; fields that are absent stay absent, repeated ones are then empty. */
export interface Message<T> {
  /** Field numbers. */
  readonly ids: ReadonlySet<number>;
  /** @throws Error where the bytes are no such message. */
  decode(bytes: Uint8Array): T;
  encode(value: Partial<T>): Uint8Array;
}

function message<T extends object>(name: string, fields: Record<keyof T & string, FieldSpec>): Message<T> {
  // Built field by field because descriptors made from JSON are proto3: strict UTF-8, zeros left out.
  const type = new protobuf.Type(name);
  const specs = Object.entries<FieldSpec>(fields);
  for (const [field, [id, fieldType, rule]] of specs) type.add(new protobuf.Field(field, id, fieldType, rule));
  new protobuf.Root().add(type);
  return {
    ids: new Set(specs.map(([, [id]]) => id)),
    decode: (bytes) => type.toObject(type.decode(bytes), { longs: Number, arrays: true }) as T,
    encode: (value) => type.encode(value).finish(),
  };
}

export interface ModelMessage {
  irVersion?: number;
  producerName?: string;
  graph?: Uint8Array;
  opsets: Uint8Array[];
  functions: Uint8Array[];
}

export const ModelProto = message<ModelMessage>('ModelProto', {
  irVersion: [1, 'int64'],
  producerName: [2, 'string'],
  graph: [7, 'bytes'],
  opsets: [8, 'bytes', 'repeated'],
  functions: [25, 'bytes', 'repeated'],
});

export const OperatorSetIdProto = message<{ domain?: string; version?: number }>('OperatorSetIdProto', {
  domain: [1, 'string'],
  version: [2, 'int64'],
});

export interface GraphMessage {
  nodes: Uint8Array[];
  name?: string;
  initializers: Uint8Array[];
  inputs: Uint8Array[];
  outputs: Uint8Array[];
  values: Uint8Array[];
}

export const GraphProto = message<GraphMessage>('GraphProto', {
  nodes: [1, 'bytes', 'repeated'],
  name: [2, 'string'],
  initializers: [5, 'bytes', 'repeated'],
  inputs: [11, 'bytes', 'repeated'],
  outputs: [12, 'bytes', 'repeated'],
  values: [13, 'bytes', 'repeated'],
});

export interface NodeMessage {
  inputs: string[];
  outputs: string[];
  name?: string;
  op?: string;
  attributes: Uint8Array[];
  domain?: string;
  overload?: string;
}

export const NodeProto = message<NodeMessage>('NodeProto', {
  inputs: [1, 'string', 'repeated'],
  outputs: [2, 'string', 'repeated'],
  name: [3, 'string'],
  op: [4, 'string'],
  attributes: [5, 'bytes', 'repeated'],
  domain: [7, 'string'],
  overload: [8, 'string'],
});

/** onnx.proto, enum AttributeProto.AttributeType. */
export const AttributeType = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
} as const;

export interface AttributeMessage {
  name?: string;
  f?: number;
  i?: number;
  s?: Uint8Array;
  t?: Uint8Array;
  g?: Uint8Array;
  floats: number[];
  ints: number[];
  strings: Uint8Array[];
  type?: number;
}

export const AttributeProto = message<AttributeMessage>('AttributeProto', {
  name: [1, 'string'],
  f: [2, 'float'],
  i: [3, 'int64'],
  s: [4, 'bytes'],
  t: [5, 'bytes'],
  g: [6, 'bytes'],
  floats: [7, 'float', 'repeated'],
  ints: [8, 'int64', 'repeated'],
  strings: [9, 'bytes', 'repeated'],
  type: [20, 'int32'],
});

export interface TensorMessage {
  dims: number[];
  dataType?: number;
  segment?: Uint8Array;
  name?: string;
  rawData?: Uint8Array;
  external: Uint8Array[];
  dataLocation?: number;
}

export const TensorProto = message<TensorMessage>('TensorProto', {
  dims: [1, 'int64', 'repeated'],
  dataType: [2, 'int32'],
  segment: [3, 'bytes'],
  name: [8, 'string'],
  rawData: [9, 'bytes'],
  external: [13, 'bytes', 'repeated'],
  dataLocation: [14, 'int32'],
});

export const StringStringEntryProto = message<{ key?: string; value?: string }>('StringStringEntryProto', {
  key: [1, 'string'],
  value: [2, 'string'],
});

export const ValueInfoProto = message<{ name?: string; type?: Uint8Array }>('ValueInfoProto', {
  name: [1, 'string'],
  type: [2, 'bytes'],
});

/** Only the tensor case is decoded; other types stay encoded. */
export const TypeProto = message<{ tensor?: Uint8Array }>('TypeProto', { tensor: [1, 'bytes'] });

export const TensorTypeProto = message<{ elementType?: number; shape?: Uint8Array }>('TensorTypeProto', {
  elementType: [1, 'int32'],
  shape: [2, 'bytes'],
});

export const TensorShapeProto = message<{ dims: Uint8Array[] }>('TensorShapeProto', { dims: [1, 'bytes', 'repeated'] });

export const DimensionProto = message<{ value?: number; param?: string }>('DimensionProto', {
  value: [1, 'int64'],
  param: [2, 'string'],
});
