import type { ActivationQuantizer } from './range.js';
import { roundHalfEven } from './round.js';

type Quantizer = Pick<ActivationQuantizer, 'bits' | 'scale' | 'zeroPoint'>;

/**
 * Table from the 256 codes of an 8-bit quantizer to the codes of another. With it the edge reduces a crossing tensor to
 * its bits on the wire without converting it to floats.
 */
export function codeMap(from: Quantizer, to: Quantizer): Uint8Array {
  const top = 2 ** to.bits - 1;
  return Uint8Array.from({ length: 2 ** from.bits }, (_, code) => {
    const value = from.scale * (code - from.zeroPoint);
    return Math.min(top, Math.max(0, roundHalfEven(value / to.scale) + to.zeroPoint));
  });
}
