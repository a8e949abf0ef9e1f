import type { ENCODINGS } from '../targets/capabilities.js';

/** Nanoseconds per byte before coding, to encode and to decode. */
interface Rate {
  encode: number;
  decode: number;
}

/**
 * What each encoding takes on one core of the reference machine of `npm run bench -- payload codecs`, which measures
 * these numbers: rounded, so that a plan does not hang on the machine that makes it. For codes a byte is one of the
 * packed ones, for pictures one of a pixel.
 */
const RATES: Readonly<Record<'raw' | (typeof ENCODINGS)[number], Rate>> = {
  raw: { encode: 0, decode: 0 },
  deflate: { encode: 30, decode: 3 },
  brotli: { encode: 100, decode: 5 },
  arithmetic: { encode: 200, decode: 220 },
  png: { encode: 30, decode: 10 },
  jpeg: { encode: 6, decode: 6 },
  webp: { encode: 35, decode: 15 },
};

/**
 * How many times longer a core of the edge takes where its preset does not say: a Cortex-A72 at 1.5 GHz beside a core
 * of a server.
 */
const USUAL_CODING = 4;

/**
 * Seconds that an encoding takes for `bytes` bytes: to encode them on the edge, to decode them in the cloud.
 * @param coding how many times longer the edge takes than the reference machine, as its preset says
 * @throws RangeError for an encoding whose rate is not known
 */
export function codecSeconds(
  encoding: string,
  bytes: number,
  coding: number = USUAL_CODING,
): { encodeSeconds: number; decodeSeconds: number } {
  const kind = encoding.replace(/:.*/, '');
  if (!isRated(kind)) throw new RangeError(`nothing is known of the time that the encoding ${encoding} takes`);
  const { encode, decode } = RATES[kind];
  return { encodeSeconds: coding * encode * 1e-9 * bytes, decodeSeconds: decode * 1e-9 * bytes };
}

const isRated = (kind: string): kind is keyof typeof RATES => Object.hasOwn(RATES, kind);
