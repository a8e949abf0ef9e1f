import { bitsOf, elementCount, elementType, tensorBytes } from './element.js';
import { type ExternalData, shown } from './external.js';
import type { ByteSource, ElementType, Initializer } from './graph.js';
import { StringStringEntryProto, TensorProto } from './proto.js';
import { type Cursor, type Field, invalid, split, unsupported } from './wire.js';

/** Where values lie in a TensorProto, by field number. */
const FLOAT_DATA = 4;
const INT32_DATA = 5;
const STRING_DATA = 6;
const INT64_DATA = 7;
const RAW_DATA = 9;
const DOUBLE_DATA = 10;
const UINT64_DATA = 11;
const DATA = new Set([FLOAT_DATA, INT32_DATA, STRING_DATA, INT64_DATA, RAW_DATA, DOUBLE_DATA, UINT64_DATA]);
const KEPT = new Set([...TensorProto.ids].filter((id) => !DATA.has(id)));
const EXTERNAL = 1;

/** Field of TensorProto that holds the values of a type, where they are not raw (onnx.proto). */
function typedField(dtype: ElementType): number {
  switch (dtype) {
    case 'float32':
    case 'complex64':
      return FLOAT_DATA;
    case 'float64':
    case 'complex128':
      return DOUBLE_DATA;
    case 'int64':
      return INT64_DATA;
    case 'uint32':
    case 'uint64':
      return UINT64_DATA;
    case 'string':
      return STRING_DATA;
    default:
      return INT32_DATA;
  }
}

/** Indexes the TensorProto at `start..end`: little-endian values stay in the file, varints are decoded to memory. */
export function readTensor(cursor: Cursor, external: ExternalData, start: number, end: number): Initializer {
  const { kept, located } = split(cursor, start, end, KEPT, DATA);
  const message = TensorProto.decode(kept);
  const name = message.name ?? '';
  const { dims } = message;
  const bad = (reason: string, hint?: string) => invalid(cursor.path, `tensor ${shown(name)} ${reason}`, hint);
  const dtype = elementType(message.dataType ?? 0);
  if (!dtype) throw bad(`has the unknown element type ${message.dataType ?? 0}`);
  if (message.segment) throw unsupported(cursor.path, `tensor ${shown(name)} is stored in segments`);
  if (Number.isNaN(elementCount(dims))) throw bad(`has the impossible shape [${dims.slice(0, 16).join(', ')}]`);
  if (dtype === 'string') return { name, dtype, dims, data: readStrings(cursor, located, elementCount(dims), bad) };

  const length = tensorBytes(dtype, dims);
  if (Number.isNaN(length)) throw bad(`has the impossible shape [${dims.slice(0, 16).join(', ')}]`);
  if (message.dataLocation === EXTERNAL) {
    const entries = message.external.map((bytes) => StringStringEntryProto.decode(bytes));
    return {
      name,
      dtype,
      dims,
      data: external(name, new Map(entries.map(({ key, value }) => [key ?? '', value ?? ''])), length),
    };
  }
  // The last of a repeated single field counts, as in any protobuf reader.
  const raw = located.filter((field) => field.id === RAW_DATA).at(-1);
  if (raw && raw.wire !== 2) throw bad('has raw data of a wrong wire type');
  if (raw && raw.end > raw.start) return { name, dtype, dims, data: checked(fileRange(cursor, raw), length) };
  const typed = located.filter((field) => field.id === typedField(dtype));
  if (typed.length === 0)
    return { name, dtype, dims, data: checked({ kind: 'memory', bytes: new Uint8Array(0) }, length) };
  return { name, dtype, dims, data: checked(readTyped(cursor, typed, dtype, length, bad), length) };

  function checked(source: ByteSource, expected: number): ByteSource {
    const actual = source.kind === 'file' ? source.length : source.bytes.length;
    if (actual === expected) return source;
    const hint = actual === 0 ? 'the weights were stripped from this file' : undefined;
    throw bad(`has ${actual} bytes of data where ${dtype} [${dims.join(', ')}] takes ${expected}`, hint);
  }
}

const fileRange = (cursor: Cursor, { start, end }: Field): ByteSource => ({
  kind: 'file',
  path: cursor.path,
  offset: start,
  length: end - start,
});

type Bad = (reason: string, hint?: string) => Error;

function readTyped(cursor: Cursor, parts: Field[], dtype: ElementType, length: number, bad: Bad): ByteSource {
  const field = typedField(dtype);
  if (field === FLOAT_DATA || field === DOUBLE_DATA) {
    const width = field === FLOAT_DATA ? 5 : 1;
    if (parts.some((part) => part.wire !== 2 && part.wire !== width)) throw bad('has values of a wrong wire type');
    if (parts.length === 1) return fileRange(cursor, parts[0]);
    if (parts.reduce((sum, part) => sum + part.end - part.start, 0) !== length)
      throw bad('has too few or too many values for its shape');
    return {
      kind: 'memory',
      bytes: new Uint8Array(Buffer.concat(parts.map((part) => cursor.bytes(part.start, part.end)))),
    };
  }
  if (parts.some((part) => part.wire !== 2 && part.wire !== 0)) throw bad('has values of a wrong wire type');
  // Elements of less than a byte come packed, one byte in each number.
  const width = Math.max(1, (bitsOf(dtype) ?? 8) / 8);
  const available = parts.reduce((sum, part) => sum + part.end - part.start, 0);
  // A varint takes at least one byte: a count that cannot fit is refused before memory is allocated for it.
  if (length / width > available) throw bad('has too few values for its shape');
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const part of parts) {
    cursor.at = part.start;
    while (cursor.at < part.end) {
      cursor.varint(part.end);
      if (at === length) throw bad('has more values than its shape');
      if (width === 1) view.setUint8(at, cursor.low & 0xff);
      else if (width === 2) view.setUint16(at, cursor.low & 0xffff, true);
      else view.setUint32(at, cursor.low, true);
      if (width === 8) view.setUint32(at + 4, cursor.high, true);
      at += width;
    }
  }
  return { kind: 'memory', bytes: bytes.subarray(0, at) };
}

/** Keeps strings as the encoded fields they are. */
function readStrings(cursor: Cursor, located: Field[], count: number, bad: Bad): ByteSource {
  const parts = located.filter((field) => field.id === STRING_DATA);
  if (parts.length !== count || parts.some((part) => part.wire !== 2))
    throw bad(`has ${parts.length} strings where its shape takes ${count}`);
  return {
    kind: 'memory',
    bytes: new Uint8Array(Buffer.concat(parts.map((part) => cursor.bytes(part.tag, part.end)))),
  };
}
