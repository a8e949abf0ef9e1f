/** A writer of tiny ONNX models for tests: protobuf by hand, so that nothing of the product checks itself. */

const ELEMENT = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10 } as const;
type Element = keyof typeof ELEMENT;

export interface TestTensor {
  name: string;
  dtype: Element;
  dims: number[];
  /** Bytes, or where they are in external data. */
  data: Uint8Array | { location: string; offset: number; length: number };
}

export interface TestNode {
  op: string;
  inputs: string[];
  outputs: string[];
  attributes?: Record<string, number | number[]>;
}

export interface TestModel {
  inputs: [name: string, dtype: Element, dims: number[]][];
  outputs: [name: string, dtype: Element, dims: number[]][];
  nodes: TestNode[];
  initializers: TestTensor[];
}

/** ONNX file of a model, opset 13. */
export function onnxFile({ inputs, outputs, nodes, initializers }: TestModel): Uint8Array {
  const graph = join([
    ...nodes.map((node) => message(1, nodeProto(node))),
    text(2, 'test'),
    ...initializers.map((tensor) => message(5, tensorProto(tensor))),
    ...inputs.map((port) => message(11, valueInfo(port))),
    ...outputs.map((port) => message(12, valueInfo(port))),
  ]);
  return join([int(1, 8), message(7, graph), message(8, join([text(1, ''), int(2, 13)]))]);
}

export function tensor(
  name: string,
  dims: number[],
  values: Float32Array | Uint8Array | Int8Array | Int32Array | BigInt64Array,
): TestTensor {
  const dtypes = {
    Float32Array: 'float32',
    Uint8Array: 'uint8',
    Int8Array: 'int8',
    Int32Array: 'int32',
    BigInt64Array: 'int64',
  } as const;
  const dtype = dtypes[values.constructor.name as keyof typeof dtypes];
  return { name, dtype, dims, data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

function nodeProto({ op, inputs, outputs, attributes = {} }: TestNode): Uint8Array {
  const list = Object.entries(attributes).map(([name, value]) =>
    message(
      5,
      Array.isArray(value)
        ? join([text(1, name), ...value.map((v) => int(8, v)), int(20, 7)])
        : join([text(1, name), int(3, value), int(20, 2)]),
    ),
  );
  return join([
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(3, outputs[0]),
    text(4, op),
    ...list,
  ]);
}

function tensorProto({ name, dtype, dims, data }: TestTensor): Uint8Array {
  const head = [...dims.map((dim) => int(1, dim)), int(2, ELEMENT[dtype]), text(8, name)];
  if (data instanceof Uint8Array) return join([...head, message(9, data)]);
  const entry = (key: string, value: string | number) => message(13, join([text(1, key), text(2, String(value))]));
  return join([
    ...head,
    entry('location', data.location),
    entry('offset', data.offset),
    entry('length', data.length),
    int(14, 1),
  ]);
}

function valueInfo([name, dtype, dims]: [string, Element, number[]]): Uint8Array {
  const shape = join(dims.map((dim) => message(1, int(1, dim))));
  return join([text(1, name), message(2, message(1, join([int(1, ELEMENT[dtype]), message(2, shape)])))]);
}

const text = (field: number, value: string) => message(field, new TextEncoder().encode(value));
const message = (field: number, bytes: Uint8Array) => join([varint(field * 8 + 2), varint(bytes.length), bytes]);
const int = (field: number, value: number) => join([varint(field * 8), varint(value)]);

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

function join(parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
