import { type Coded, encodeTensorBytes, isArithmetic } from './coding.js';
import { deflateBytes } from './gzip.js';
import { isQuantized } from './quantize.js';

/**
 * The lossless encodings of a tensor beside `raw`, from the quickest to the one that takes longest. Brotli, which never
 * got below the arithmetic coder on a feature map, is for tensors that travel as they are.
 */
export const encodingsOf = (wire: Pick<Coded, 'bits' | 'scale'>): string[] => [
  'deflate',
  ...(isQuantized(wire) && isArithmetic(wire) ? [] : ['brotli']),
  ...(isArithmetic(wire) ? ['arithmetic'] : []),
];

/** Length of the bytes of a tensor in each of the encodings, as they travel. */
export async function codedLengths(
  wire: Omit<Coded, 'encoding'>,
  bytes: Uint8Array,
  encodings: readonly string[],
): Promise<[string, number][]> {
  const lengths: [string, number][] = [];
  for (const encoding of encodings) {
    const coded = encoding === 'deflate' ? deflateBytes(bytes) : await encodeTensorBytes({ ...wire, encoding }, bytes);
    lengths.push([encoding, coded.length]);
  }
  return lengths;
}
