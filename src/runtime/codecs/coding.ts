/**
 * How the bytes of one crossing tensor are coded before they travel, beyond what HTTP itself offers. A coded tensor is
 * one `BYTES` element with the parameter {@link CODING_PARAMETER}; the server gives the unchanged model what was there
 * before coding.
 */
import { packBits, unpackBits } from '../../numerics/pack.js';
import { ProtocolError } from '../errors.js';
import { compressBrotli } from '../platform.js';
import type { WireTensor } from '../spec.js';
import { elementCount } from '../types.js';
import { decodeCodes, encodeCodes, type Planes } from './arithmetic/index.js';
import { decodeImage, encodeImage, isImageEncoding } from './image.js';

/** Parameter of an OIP tensor that says how its element is coded: the `encoding` of the wire tensor. */
export const CODING_PARAMETER = 'autosplit_encoding';

/** What a coding has to know of a tensor. */
export type Coded = Pick<WireTensor, 'name' | 'shape' | 'bits' | 'encoding' | 'packedBytes' | 'scale' | 'zeroPoint'>;

/**
 * True where a tensor of this encoding travels as one coded element; false where HTTP compresses it (`deflate`) or
 * nothing does.
 */
export const isCoded = (encoding: string): boolean =>
  encoding === 'arithmetic' || encoding === 'brotli' || isImageEncoding(encoding);

/** True for tensors that the arithmetic coder takes: codes of at most 8 bits, and elements of one byte. */
export const isArithmetic = (wire: Pick<WireTensor, 'bits'>): boolean => wire.bits <= 8;

/** Codes the bytes that the cloud model would take. */
export async function encodeTensorBytes(wire: Coded, bytes: Uint8Array): Promise<Uint8Array> {
  if (isImageEncoding(wire.encoding)) return encodeImage(bytes, wire.shape, wire.encoding);
  if (wire.encoding === 'arithmetic') {
    const planes = planesOf(wire);
    return encodeCodes(unpackBits(bytes, elementCount(wire.shape), wire.bits), planes);
  }
  return compressBrotli(bytes);
}

/**
 * The bytes that the cloud model takes. What is made of them never exceeds what the tensor has. Errors: ProtocolError
 * 400.
 */
export async function decodeTensorBytes(wire: Coded, content: Uint8Array): Promise<Uint8Array> {
  if (isImageEncoding(wire.encoding)) return decodeImage(wire.name, content, wire.shape, wire.encoding);
  const bytes =
    wire.encoding === 'arithmetic' ? unarithmetic(wire, content) : await unbrotli(content, wire.packedBytes);
  if (bytes?.length === wire.packedBytes) return bytes;
  throw new ProtocolError(
    400,
    `tensor ${wire.name}: its data is no valid ${wire.encoding} stream of ${wire.packedBytes} bytes`,
  );
}

function unarithmetic(wire: Coded, content: Uint8Array): Uint8Array | undefined {
  const codes = decodeCodes(content, planesOf(wire));
  return codes && packBits(codes, wire.bits);
}

async function unbrotli(content: Uint8Array, limit: number): Promise<Uint8Array | undefined> {
  const { brotliDecompressSync } = await import('node:zlib');
  try {
    return brotliDecompressSync(content, { maxOutputLength: Math.max(1, limit) });
  } catch {
    return undefined;
  }
}

/** A tensor as planes: the last two dimensions are a plane, all before them are channels. */
export function planesOf({ shape, bits, zeroPoint = [0] }: Pick<Coded, 'shape' | 'bits' | 'zeroPoint'>): Planes {
  const [height, width] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
  const zero = Math.max(0, Math.min(2 ** bits - 1, Math.round(zeroPoint[0])));
  return { channels: elementCount(shape.slice(0, -2)), height, width, bits, zero };
}
