/** Nanoseconds per byte before coding, to encode and to decode. */
interface Rate {
  encode: number;
  decode: number;
}

/**
 * What each encoding takes on one core of the reference machine of `npm run bench -- payload codecs`, which measures these numbers:
 * rounded, so that a plan does not hang on the machine that makes it. For codes a byte is one of the packed ones, for pictures one of a pixel.
 */
const RATES: Readonly<Record<string, Rate>> = {
  raw: { encode: 0, decode: 0 },
  deflate: { encode: 30, decode: 3 },
  brotli: { encode: 100, decode: 5 },
  arithmetic: { encode: 200, decode: 220 },
  png: { encode: 30, decode: 10 },
  jpeg: { encode: 6, decode: 6 },
  webp: { encode: 35, decode: 15 },
};

/** How many times slower than the reference a core of the edge is taken to be: a Cortex-A72 at 1.5 GHz beside a core of a server. */
const EDGE_FACTOR = 4;

/** Seconds that an encoding takes for `bytes` bytes: to encode them on the edge, to decode them in the cloud. */
export function codecSeconds(encoding: string, bytes: number): { encodeSeconds: number; decodeSeconds: number } {
  const rate = RATES[encoding.replace(/:.*/, '')] ?? RATES.raw;
  return { encodeSeconds: EDGE_FACTOR * rate.encode * 1e-9 * bytes, decodeSeconds: rate.decode * 1e-9 * bytes };
}
