import { codecSeconds } from '../cost/codec.js';
import { packBits } from '../numerics/pack.js';
import type { Coded } from '../runtime/codecs/codec.js';
import { encodeTensorBytes } from '../runtime/codecs/coding.js';
import { gzipParts } from '../runtime/codecs/deflate/gzip.js';

/** Shape of the coded tensor: a typical feature map after the first stage of a vision model. */
const SHAPE = [1, 32, 28, 28] as const;
const BITS = 4;
const ROUNDS = 51;

/** Nanoseconds per byte of work on `bytes` bytes, the minimum of all rounds. */
export async function nanosecondsPerByte(work: () => Promise<unknown>, bytes: number, rounds: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await work();
    best = Math.min(best, performance.now() - started);
  }
  return (best * 1e6) / bytes;
}

/** A synthetic feature map with codes below `levels`: smooth waves with noise, mostly zero. The same in each call. */
export function madeUpMap([, channels, height, width]: readonly number[], levels: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: channels * height * width }, (_, i) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    const [channel, y, x] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
    const wave = levels * 0.5 * Math.sin(x / 5 + channel) * Math.cos(y / 6 - channel) + (state >>> 30);
    return Math.max(0, Math.min(levels - 1, Math.round(wave)));
  });
}

/**
 * Encoding time of this machine over the rates of cost/codec.ts: the geometric mean of deflate and arithmetic coding.
 */
export async function codingFactor(): Promise<number> {
  const map = madeUpMap(SHAPE, 2 ** BITS);
  const bytes = packBits(map, BITS);
  const codes: Coded = {
    name: 'x',
    shape: [...SHAPE],
    bits: BITS,
    scale: [1],
    zeroPoint: [0],
    encoding: 'arithmetic',
    packedBytes: bytes.length,
  };
  const deflate = await nanosecondsPerByte(async () => gzipParts([], [bytes]), bytes.length, ROUNDS);
  const arithmetic = await nanosecondsPerByte(() => encodeTensorBytes(codes, bytes), bytes.length, ROUNDS);
  return Math.sqrt((deflate / referenceNanoseconds('deflate')) * (arithmetic / referenceNanoseconds('arithmetic')));
}

const referenceNanoseconds = (encoding: string) => codecSeconds(encoding, 1, 1).encodeSeconds * 1e9;
