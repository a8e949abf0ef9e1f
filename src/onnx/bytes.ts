import { closeSync, openSync, readSync } from 'node:fs';
import { bfloat16sToFloat32, float16sToFloat32 } from '../numerics/float16.js';
import { AutosplitError } from '../util/error.js';
import type { ByteSource, Initializer } from './graph.js';

/** Length of a source in bytes. */
export function byteLength(source: ByteSource): number {
  return source.kind === 'file' ? source.length : source.bytes.length;
}

/**
 * Reads a source whole. The bytes of a file are fresh and aligned for any typed array; those of memory are the source's
 * own and must not be changed.
 * @throws AutosplitError EXTERNAL_DATA where the file has become shorter than when it was indexed.
 */
export function readBytes(source: ByteSource): Uint8Array {
  if (source.kind === 'memory') return source.bytes;
  const bytes = new Uint8Array(source.length);
  const file = openSync(source.path, 'r');
  try {
    readInto(file, bytes, source.offset, source.path);
  } finally {
    closeSync(file);
  }
  return bytes;
}

/** Yields a source in pieces of at most `chunkBytes`; a piece is valid until the next one is asked for. */
export function* byteChunks(source: ByteSource, chunkBytes = 1 << 22): Generator<Uint8Array> {
  if (source.kind === 'memory') {
    if (source.bytes.length > 0) yield source.bytes;
    return;
  }
  const buffer = new Uint8Array(Math.min(chunkBytes, source.length));
  const file = openSync(source.path, 'r');
  try {
    for (let at = 0; at < source.length; at += buffer.length) {
      const piece = buffer.subarray(0, Math.min(buffer.length, source.length - at));
      readInto(file, piece, source.offset + at, source.path);
      yield piece;
    }
  } finally {
    closeSync(file);
  }
}

function readInto(file: number, target: Uint8Array, position: number, path: string): void {
  // One read may return less than it was asked for, always so beyond 2 GB.
  for (let at = 0; at < target.length; ) {
    const read = readSync(file, target, at, Math.min(target.length - at, 1 << 30), position + at);
    if (read === 0) throw new AutosplitError('EXTERNAL_DATA', `${path} is shorter than it was when the model was read`);
    at += read;
  }
}

/** The bytes at an offset that suits every typed array, copied only where they are not. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
}

/**
 * Values of a tensor as float32, in row-major order. float32, float64, float16, bfloat16, bool and integers of 8 to 64
 * bits are converted (rounded where float32 cannot hold them). May share memory with the initializer: not to be
 * changed.
 * @throws AutosplitError MODEL_UNSUPPORTED for any other element type.
 */
export function readFloats(initializer: Initializer): Float32Array {
  const { buffer, byteOffset, byteLength: length } = aligned(readBytes(initializer.data));
  switch (initializer.dtype) {
    case 'float32':
      return new Float32Array(buffer, byteOffset, length / 4);
    case 'float64':
      return Float32Array.from(new Float64Array(buffer, byteOffset, length / 8));
    case 'float16':
      return float16sToFloat32(new Uint16Array(buffer, byteOffset, length / 2));
    case 'bfloat16':
      return bfloat16sToFloat32(new Uint16Array(buffer, byteOffset, length / 2));
    case 'uint8':
    case 'bool':
      return Float32Array.from(new Uint8Array(buffer, byteOffset, length));
    case 'int8':
      return Float32Array.from(new Int8Array(buffer, byteOffset, length));
    case 'uint16':
      return Float32Array.from(new Uint16Array(buffer, byteOffset, length / 2));
    case 'int16':
      return Float32Array.from(new Int16Array(buffer, byteOffset, length / 2));
    case 'uint32':
      return Float32Array.from(new Uint32Array(buffer, byteOffset, length / 4));
    case 'int32':
      return Float32Array.from(new Int32Array(buffer, byteOffset, length / 4));
    case 'uint64':
      return Float32Array.from(new BigUint64Array(buffer, byteOffset, length / 8), Number);
    case 'int64':
      return Float32Array.from(new BigInt64Array(buffer, byteOffset, length / 8), Number);
    default:
      throw new AutosplitError(
        'MODEL_UNSUPPORTED',
        `initializer ${JSON.stringify(initializer.name)} of type ${initializer.dtype} has no float values`,
      );
  }
}
