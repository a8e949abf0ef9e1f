/**
 * Encodes ONNX models from plain objects, by the field numbers of onnx.proto3. It shares nothing with src/onnx, so that
 * its files are an independent source for what reads them.
 */
import protobuf from 'protobufjs';

const { root } = protobuf.parse(`
syntax = "proto3";
message Model { int64 ir_version = 1; string producer_name = 2; Graph graph = 7; repeated Opset opset_import = 8; }
message Opset { string domain = 1; int64 version = 2; }
message Graph {
  repeated Node node = 1; string name = 2; repeated Tensor initializer = 5;
  repeated Value input = 11; repeated Value output = 12;
}
message Node {
  repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4; repeated Attribute attribute = 5;
}
message Attribute {
  string name = 1; float f = 2; int64 i = 3; bytes s = 4; Graph g = 6; repeated float floats = 7; repeated int64 ints = 8;
  int32 type = 20;
}
message Tensor { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
message Value { string name = 1; Type type = 2; }
message Type { TensorType tensor_type = 1; }
message TensorType { int32 elem_type = 1; Shape shape = 2; }
message Shape { repeated Dimension dim = 1; }
message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
`);
const Model = root.lookupType('Model');

const DTYPES = { float32: 1, int64: 7, bool: 9, float16: 10 };
const OPSET = 17;

/**
 * A node named after its first output.
 * @param attributes name to `int(2)`, `ints([3, 3])`, `float(0.5)`, `text('linear')` or `body(graph)`
 */
export function node(opType, input, output, attributes = {}) {
  return {
    name: output[0],
    opType,
    input,
    output,
    attribute: Object.entries(attributes).map(([name, value]) => ({ name, ...value })),
  };
}

export const float = (f) => ({ f, type: 1 });
export const int = (i) => ({ i, type: 2 });
export const text = (s) => ({ s: Buffer.from(s), type: 3 });
export const body = (g) => ({ g, type: 5 });
export const ints = (values) => ({ ints: values, type: 7 });

/** An input or an output. A dimension is a number, or a name where it is left open. */
export function value(name, dtype, shape) {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: DTYPES[dtype], shape: { dim } } } };
}

/** An initializer of numbers; of bigints for `int64`. */
export function tensor(name, dtype, dims, numbers) {
  return { name, dims, dataType: DTYPES[dtype], rawData: bytesOf(dtype, numbers) };
}

function bytesOf(dtype, numbers) {
  const arrays = {
    float32: () => Float32Array.from(numbers),
    float16: () => Uint16Array.from(numbers, toHalf),
    int64: () => BigInt64Array.from(numbers),
    bool: () => Uint8Array.from(numbers),
  };
  return new Uint8Array(arrays[dtype]().buffer);
}

/** IEEE 754 binary16 of a number that is zero or between 2^-14 and 2^15 in size, ties away from zero. */
function toHalf(number) {
  if (number === 0) return 0;
  const size = Math.abs(number);
  const exponent = Math.floor(Math.log2(size));
  const code = (exponent + 15) * 1024 + Math.round((size / 2 ** exponent - 1) * 1024);
  return number < 0 ? code | 0x8000 : code;
}

/** The file of a graph `{ name, node, initializer, input, output }`. */
export function encodeModel(graph) {
  const model = { irVersion: 8, producerName: 'autosplit', graph, opsetImport: [{ domain: '', version: OPSET }] };
  return Model.encode(Model.fromObject(model)).finish();
}
