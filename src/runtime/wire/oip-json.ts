import { ProtocolError } from '../errors.js';
import { arrayOf, bytesOf, type Datatype, elementCount, portTypeOf } from '../types.js';

const INTEGER_RANGE: Partial<Record<Datatype, [number, number]>> = {
  INT8: [-128, 127],
  UINT8: [0, 255],
  INT16: [-32768, 32767],
  UINT16: [0, 65535],
  INT32: [-(2 ** 31), 2 ** 31 - 1],
  // Values that doubles cannot hold exactly have to travel as binary data.
  INT64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

/** Bytes of JSON tensor data, which may be nested by dimension or flat. */
export function bytesOfJson(name: string, datatype: Datatype, shape: readonly number[], data: unknown): Uint8Array {
  if (!Array.isArray(data)) throw new ProtocolError(400, `tensor ${name}: data must be an array`);
  if (datatype === 'FP16' || datatype === 'BYTES')
    throw new ProtocolError(400, `tensor ${name}: ${datatype} must be sent as binary data`);
  const flat: unknown[] = data.flat(shape.length);
  const count = elementCount(shape);
  if (flat.length !== count)
    throw new ProtocolError(400, `tensor ${name}: ${flat.length} elements where its shape has ${count}`);
  switch (datatype) {
    case 'FP32':
      return bytesOf(Float32Array.from(flat, (value) => asNumber(name, value)));
    case 'FP64':
      return bytesOf(Float64Array.from(flat, (value) => asNumber(name, value)));
    case 'BOOL':
      return Uint8Array.from(flat, (value) => asBool(name, value));
    case 'INT64':
      return bytesOf(BigInt64Array.from(flat, (value) => BigInt(asInteger(name, datatype, value))));
    case 'INT32':
      return bytesOf(Int32Array.from(flat, (value) => asInteger(name, datatype, value)));
    case 'INT16':
      return bytesOf(Int16Array.from(flat, (value) => asInteger(name, datatype, value)));
    case 'UINT16':
      return bytesOf(Uint16Array.from(flat, (value) => asInteger(name, datatype, value)));
    case 'INT8':
    case 'UINT8':
      return Uint8Array.from(flat, (value) => asInteger(name, datatype, value));
  }
}

/** JSON text of tensor data, flat. */
export function jsonOfBytes(name: string, datatype: Datatype, bytes: Uint8Array): string {
  const dtype = portTypeOf(datatype);
  if (dtype === undefined || dtype === 'float16')
    throw new ProtocolError(400, `tensor ${name}: ask for ${datatype} as binary data`);
  if (dtype === 'bool') return JSON.stringify(Array.from(bytes, (value) => value !== 0));
  const values = arrayOf(dtype, bytes);
  // 64-bit integers are written as digits; doubles hold all other types.
  if (values instanceof BigInt64Array) return `[${values.join(',')}]`;
  const numbers = Array.from<number>(values);
  if (!numbers.every(Number.isFinite)) {
    throw new ProtocolError(
      400,
      `tensor ${name} holds NaN or infinity, which JSON cannot say: ask for it as binary data`,
    );
  }
  return JSON.stringify(numbers);
}

function asNumber(name: string, value: unknown): number {
  if (typeof value !== 'number') throw new ProtocolError(400, `tensor ${name}: its data must be numbers`);
  return value;
}

function asBool(name: string, value: unknown): number {
  if (value !== true && value !== false && value !== 0 && value !== 1)
    throw new ProtocolError(400, `tensor ${name}: its data must be booleans`);
  return Number(value);
}

function asInteger(name: string, datatype: Datatype, value: unknown): number {
  const [low, high] = INTEGER_RANGE[datatype] ?? [0, 0];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < low || value > high) {
    throw new ProtocolError(400, `tensor ${name}: its data must be integers in ${low}..${high}`);
  }
  return value;
}
