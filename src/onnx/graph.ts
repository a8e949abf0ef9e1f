/** ONNX TensorProto.DataType names that occur here, lower case as onnxruntime-node spells them. */
export type ElementType =
  | 'float32'
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'string'
  | 'bool'
  | 'float16'
  | 'float64'
  | 'uint32'
  | 'uint64'
  | 'bfloat16'
  | 'uint4'
  | 'int4'
  | 'complex64'
  | 'complex128'
  | 'float8e4m3fn'
  | 'float8e4m3fnuz'
  | 'float8e5m2'
  | 'float8e5m2fnuz'
  | 'float4e2m1'
  | 'float8e8m0'
  | 'uint2'
  | 'int2';

/** Where the little-endian bytes of an initializer are: a byte range of a file, or memory for small ones. */
export type ByteSource =
  | { kind: 'file'; path: string; offset: number; length: number }
  | { kind: 'memory'; bytes: Uint8Array };

/**
 * What is known of a tensor (tract's *fact*). A dimension is a number, or a name where it is symbolic; `''` is unknown.
 */
export interface Fact {
  name: string;
  /** `undefined` for sequences, optionals and maps. */
  dtype: ElementType | undefined;
  /** `undefined` where even the rank is unknown. */
  shape: (number | string)[] | undefined;
  /** Encoded TypeProto of a sequence, optional, map or sparse tensor; absent for tensors. */
  encodedType?: Uint8Array;
}

export interface Initializer {
  name: string;
  dtype: ElementType;
  dims: number[];
  /** For `string`: the strings as encoded `string_data` fields of a TensorProto. */
  data: ByteSource;
}

export type AttributeValue =
  | { type: 'float'; value: number }
  | { type: 'int'; value: number }
  | { type: 'string'; value: string }
  | { type: 'tensor'; value: Initializer }
  | { type: 'graph'; value: Graph }
  | { type: 'floats'; value: number[] }
  | { type: 'ints'; value: number[] }
  | { type: 'strings'; value: string[] }
  /** Kept as encoded AttributeProto bytes: whatever else ONNX allows. */
  | { type: 'raw'; value: Uint8Array };

export interface Node {
  /** Unique in its graph; made up from the operator and the first output where the file has none. */
  name: string;
  op: string;
  /** `''` is ai.onnx. */
  domain: string;
  /** `''` is an optional input left out. */
  inputs: string[];
  outputs: string[];
  attributes: Map<string, AttributeValue>;
  /** Tells functions of the same name apart; absent almost always. */
  overload?: string;
}

/** One graph, topologically sorted; bodies of If/Loop/Scan are attributes of their nodes. Immutable. */
export interface Graph {
  name: string;
  nodes: Node[];
  inputs: Fact[];
  outputs: Fact[];
  initializers: Map<string, Initializer>;
  /** Facts of inner tensors, where known. */
  values: Map<string, Fact>;
}

export interface Model {
  irVersion: number;
  producer: string;
  /** Operator set version by domain (`''` is ai.onnx). */
  opsets: Map<string, number>;
  graph: Graph;
  /** Encoded FunctionProto messages of the file, kept as they are. */
  functions: Uint8Array[];
}

/** One schedulable operator after fusion. */
export interface Layer {
  /** Name of the main node. */
  name: string;
  /** Operator of the main node, e.g. `Conv`. */
  op: string;
  /** Fused activation, e.g. `Relu`, `Clip`; undefined where there is none. */
  activation?: string;
  /** Indices into graph.nodes, ascending. */
  nodes: number[];
  /** Distinct non-initializer tensors read from outside the layer (outer-scope names read by bodies included). */
  inputs: string[];
  /** Tensors made here and read outside, or outputs of the network. */
  outputs: string[];
  /** Initializers read, in order of appearance. */
  initializers: string[];
}
