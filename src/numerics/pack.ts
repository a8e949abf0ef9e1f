/**
 * Bit packing: code i occupies bits [i*bits, (i+1)*bits) of the stream, bit k of the stream being bit k%8 of byte k>>3
 * (least significant first). Bits 1..8; the last byte is padded with zeros.
 */

/** Bytes that `count` codes of `bits` bits take. */
export function packedLength(count: number, bits: number): number {
  return Math.ceil((count * bits) / 8);
}

/** Packs codes (low `bits` bits of each; two's complement codes may be given as int8) into bytes. */
export function packBits(codes: Uint8Array | Int8Array, bits: number): Uint8Array {
  if (bits === 8) return new Uint8Array(codes.buffer.slice(codes.byteOffset, codes.byteOffset + codes.length));
  const packed = new Uint8Array(packedLength(codes.length, bits));
  const mask = (1 << bits) - 1;
  let buffer = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < codes.length; i++) {
    buffer |= (codes[i] & mask) << held;
    held += bits;
    while (held >= 8) {
      packed[at++] = buffer & 0xff;
      buffer >>>= 8;
      held -= 8;
    }
  }
  if (held > 0) packed[at] = buffer & 0xff;
  return packed;
}

/** Unpacks `count` unsigned codes; the inverse of {@link packBits}. */
export function unpackBits(packed: Uint8Array, count: number, bits: number): Uint8Array {
  // Not `slice`: that of a Buffer shares the memory.
  if (bits === 8) return new Uint8Array(packed.subarray(0, count));
  const codes = new Uint8Array(count);
  const mask = (1 << bits) - 1;
  let buffer = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < count; i++) {
    while (held < bits) {
      buffer |= packed[at++] << held;
      held += 8;
    }
    codes[i] = buffer & mask;
    buffer >>>= bits;
    held -= bits;
  }
  return codes;
}

/** Unpacks `count` two's complement codes of `bits` bits to int8. */
export function unpackSignedBits(packed: Uint8Array, count: number, bits: number): Int8Array {
  const codes = new Int8Array(unpackBits(packed, count, bits).buffer, 0, count);
  const shift = 8 - bits;
  // The assignment wraps to int8, so shifting up and back extends the sign.
  if (shift > 0) for (let i = 0; i < count; i++) codes[i] = (codes[i] << (24 + shift)) >> (24 + shift);
  return codes;
}
