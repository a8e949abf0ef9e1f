import { elementType } from './element.js';
import { shown } from './external.js';
import type { Fact } from './graph.js';
import { DimensionProto, TensorShapeProto, TensorTypeProto, TypeProto, ValueInfoProto } from './proto.js';
import { invalid } from './wire.js';

/** Decodes a ValueInfoProto. Negative dimensions, which some exporters write for dynamic ones, are unknown. */
export function readFact(path: string, bytes: Uint8Array): Fact {
  const { name = '', type } = ValueInfoProto.decode(bytes);
  if (!type) return { name, dtype: undefined, shape: undefined };
  const { tensor } = TypeProto.decode(type);
  if (!tensor) return { name, dtype: undefined, shape: undefined, encodedType: new Uint8Array(type) };
  const { elementType: number = 0, shape } = TensorTypeProto.decode(tensor);
  const dtype = elementType(number);
  if (!dtype && number !== 0) throw invalid(path, `tensor ${shown(name)} has the unknown element type ${number}`);
  return { name, dtype, shape: shape && TensorShapeProto.decode(shape).dims.map((dim) => dimension(path, name, dim)) };
}

function dimension(path: string, name: string, bytes: Uint8Array): number | string {
  const { value, param } = DimensionProto.decode(bytes);
  if (value === undefined || value < 0) return param ?? '';
  if (!Number.isSafeInteger(value)) throw invalid(path, `tensor ${shown(name)} has a dimension of ${value}`);
  return value;
}
