import { packedLength, unpackSignedBits } from '../../numerics/pack.js';
import { EdgeError } from '../errors.js';
import type { WeightPart } from '../spec.js';

/**
 * Unpacks weights.bin to the external data of the edge model: codes of 2 to 8 bits become int8, other parts are copied,
 * and bytes outside of parts are 0. Errors: EdgeError BUNDLE.
 */
export function unpackWeights(packed: Uint8Array, parts: readonly WeightPart[]): Uint8Array {
  const size = parts.reduce((end, part) => Math.max(end, part.unpackedOffset + part.unpackedLength), 0);
  const unpacked = new Uint8Array(size);
  for (const part of parts) {
    const stored = part.bits === 'raw' ? part.unpackedLength : packedLength(part.unpackedLength, part.bits);
    if (part.length !== stored)
      throw new EdgeError('BUNDLE', `weights of ${part.name}: ${part.length} bytes stored where ${stored} belong`);
    if (part.offset + part.length > packed.length) {
      throw new EdgeError(
        'BUNDLE',
        `weights of ${part.name} end at byte ${part.offset + part.length}, the file has ${packed.length}`,
      );
    }
    const bytes = packed.subarray(part.offset, part.offset + part.length);
    if (part.bits === 'raw') unpacked.set(bytes, part.unpackedOffset);
    else
      unpacked.set(new Uint8Array(unpackSignedBits(bytes, part.unpackedLength, part.bits).buffer), part.unpackedOffset);
  }
  return unpacked;
}
