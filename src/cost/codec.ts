import { CODECS, findCodec } from '../runtime/codecs/index.js';
import { AutosplitError } from '../util/error.js';

/**
 * How many times longer a core of the edge takes where its preset does not say: a Cortex-A72 at 1.5 GHz beside a core
 * of a server.
 */
const USUAL_CODING = 4;

/**
 * Seconds that an encoding takes for `bytes` packed bytes: to encode them on the edge, to decode them in the cloud.
 * @param coding how many times longer the edge takes than the reference machine, as its preset says
 * @throws AutosplitError COSTS_INVALID for an encoding that no codec has
 */
export function codecSeconds(
  encoding: string,
  bytes: number,
  coding: number = USUAL_CODING,
): { encodeSeconds: number; decodeSeconds: number } {
  const codec = findCodec(encoding);
  if (!codec)
    throw new AutosplitError('COSTS_INVALID', `no codec "${encoding}" is known, so its time cannot be planned`, {
      hint: `encodings are ${CODECS.flatMap(({ offers }) => offers).join(', ')}`,
    });
  const { encode, decode } = codec.nanoseconds;
  return { encodeSeconds: coding * encode * 1e-9 * bytes, decodeSeconds: decode * 1e-9 * bytes };
}
