import { elementCount } from '../runtime/types.js';
import { bytesPerElement, elementsOf, invalidSample } from './elements.js';
import type { SampleData, SampleType } from './types.js';

/** Header of a .npy file (NumPy enhancement proposal 1; versions 1 to 3). */
export interface NpyHeader {
  dtype: SampleType;
  bigEndian: boolean;
  fortranOrder: boolean;
  shape: number[];
  /** Offset of the elements, in bytes. */
  dataOffset: number;
}

/** Bytes that are read at first: enough for every header that numpy writes. */
export const NPY_HEADER_BYTES = 4096;

const MAX_HEADER_BYTES = 2 ** 20;

const TYPES: Record<string, SampleType> = {
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  b1: 'bool',
};

/** Offset of the elements of a .npy file, given at least its first 12 bytes; undefined where it is no .npy file. */
export function npyDataOffset(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (bytes.length < 12 || !magic.every((byte, i) => bytes[i] === byte) || bytes[6] < 1 || bytes[6] > 3)
    return undefined;
  const length = bytes[6] === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
  return length <= MAX_HEADER_BYTES ? length : undefined;
}

/**
 * Parses the header of a .npy file. `head` is the file's beginning, the whole header included; `size` its length in
 * bytes. Throws SAMPLES_INVALID for anything but one plain numeric array that fills the file exactly.
 */
export function parseNpyHeader(head: Uint8Array, size: number, file: string, name = file): NpyHeader {
  const wrong = (message: string, hint?: string) => invalidSample(file, message, { name, ...(hint && { hint }) });
  const dataOffset = npyDataOffset(head);
  if (dataOffset === undefined) throw wrong('not a .npy file of version 1 to 3');
  if (head.length < dataOffset) throw wrong('truncated: the header of the .npy file is cut off');
  const text = new TextDecoder('utf-8').decode(head.subarray(head[6] === 1 ? 10 : 12, dataOffset));
  const descr = /'descr'\s*:\s*'([<>|=]?)([a-zA-Z]\d*)'/.exec(text);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text);
  const dims = /'shape'\s*:\s*\(([\d,\sL]*)\)/.exec(text);
  if (!order || !dims) throw wrong('the header of the .npy file cannot be read');
  if (!descr)
    throw wrong('a structured array, or one of dates', 'save one plain array of numbers: np.save(file, array)');
  const dtype = TYPES[descr[2]];
  if (dtype === undefined)
    throw wrong(`elements of type ${descr[1]}${descr[2]}`, 'save numbers: float, integer or bool arrays');
  const shape = dims[1].split(',').flatMap((dim) => (dim.trim() === '' ? [] : [Number.parseInt(dim, 10)]));
  const bytes = elementCount(shape) * bytesPerElement(dtype);
  if (!Number.isSafeInteger(bytes)) throw wrong(`an absurd shape, [${shape.join(', ')}]`);
  if (size - dataOffset < bytes)
    throw wrong(`truncated: ${bytes} bytes of elements announced, ${size - dataOffset} there`);
  if (size - dataOffset > bytes)
    throw wrong(`${size - dataOffset - bytes} bytes behind the array`, 'save one array per file');
  return { dtype, bigEndian: descr[1] === '>', fortranOrder: order[1] === 'True', shape, dataOffset };
}

/** Decodes stored elements, in stored order. */
export function npyElements(
  { dtype, bigEndian }: Pick<NpyHeader, 'dtype' | 'bigEndian'>,
  bytes: Uint8Array,
): SampleData {
  if (!bigEndian || bytesPerElement(dtype) === 1) return elementsOf(dtype, bytes);
  const size = bytesPerElement(dtype);
  const swapped = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) swapped[i] = bytes[i - (i % size) + size - 1 - (i % size)];
  return elementsOf(dtype, swapped);
}

/** Fortran (first axis fastest) to row-major order. */
export function toRowMajor(data: SampleData, shape: readonly number[]): SampleData {
  const ordered = data.slice();
  const counter = shape.map(() => 0);
  const strides = shape.map((_, axis) => elementCount(shape.slice(0, axis)));
  let from = 0;
  for (let to = 0; to < data.length; to++) {
    ordered[to] = data[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++counter[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      counter[axis] = 0;
    }
  }
  return ordered;
}
