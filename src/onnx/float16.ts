/** The float32 value of 16 bits read as IEEE 754 binary16. */
export function float32OfFloat16(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

let halves: Float32Array | undefined;

/** Float32 values of binary16 codes. */
export function float32sOfFloat16(codes: Uint16Array): Float32Array {
  halves ??= Float32Array.from({ length: 65536 }, (_, bits) => float32OfFloat16(bits));
  const values = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) values[i] = halves[codes[i]];
  return values;
}

/** Float32 values of bfloat16 codes: the upper half of a binary32. */
export function floatsOfBfloats(codes: Uint16Array): Float32Array {
  const bits = new Uint32Array(codes.length);
  for (let i = 0; i < codes.length; i++) bits[i] = codes[i] << 16;
  return new Float32Array(bits.buffer);
}
