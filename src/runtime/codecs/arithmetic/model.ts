import type { CodeBit } from './bit-coder.js';
import { ONE, RATE, SQUASH, STRETCH } from './probability.js';

/** A tensor of codes as planes: what a coder of feature maps has to know of it. */
export interface Planes {
  channels: number;
  height: number;
  width: number;
  /** Bits of a code, 1..8. */
  bits: number;
  /** The most frequent code: that of zero. */
  zero: number;
}

/** Channels with statistics of their own; more share them in turn. */
const MAX_CHANNELS = 4096;
/** Levels of activity around a code: four bits of each of six weights. */
const LEVELS = 6 * 16;
/** How fast mixing weights follow the error. */
const LEARNING = 18;
/** Weights are fixed point with 16 bits of fraction; the two models begin with a half each. */
const HALF = 1 << 15;

/**
 * Passes the codes through a coder in order, plane by plane, row by row. Each code is split into binary
 * decisions: whether it is zero and, if not, its bits from the highest. Each decision has two adaptive probabilities: one by channel, one by what
 * lies around the code (twice left and above, once above left and above right); a mixer trained on the way weighs them.
 * A decoder fills `codes`.
 *
 * @returns false where a decoded zero was spelled as another code, which no encoder does: each sequence of codes has
 * one stream
 */
export function passCodes(codes: Uint8Array, planes: Planes, code: CodeBit): boolean {
  const { channels, height, width, bits, zero } = planes;
  const nodes = (1 << bits) + 1;
  const shift = Math.max(0, bits - 4);
  const byChannel = adaptive(Math.min(channels, MAX_CHANNELS) * nodes);
  const byLevel = adaptive(LEVELS * nodes);
  const weights = new Int32Array(2 * nodes).fill(HALF);

  const decide = (bit: number, node: number, first: number, second: number): number => {
    const a = first + node;
    const b = second + node;
    const w = 2 * node;
    const logitA = STRETCH[byChannel.p[a] >> 4];
    const logitB = STRETCH[byLevel.p[b] >> 4];
    const dot = (weights[w] * logitA + weights[w + 1] * logitB) >> 16;
    const p = SQUASH[(dot > 2047 ? 2047 : dot < -2047 ? -2047 : dot) + 2048];
    const seen = code(bit, p);
    const miss = (seen === 1 ? ONE - p : -p) * LEARNING;
    weights[w] = bounded(weights[w] + ((logitA * miss + 0x8000) >> 16));
    weights[w + 1] = bounded(weights[w + 1] + ((logitB * miss + 0x8000) >> 16));
    learn(byChannel, a, seen);
    learn(byLevel, b, seen);
    return seen;
  };

  let isCanonical = true;
  let at = 0;
  for (let channel = 0; channel < channels; channel++) {
    const first = (channel % MAX_CHANNELS) * nodes;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, at++) {
        const left = x > 0 ? codes[at - 1] : y > 0 ? codes[at - width] : zero;
        const above = y > 0 ? codes[at - width] : left;
        const aboveLeft = x > 0 && y > 0 ? codes[at - width - 1] : above;
        const aboveRight = y > 0 && x < width - 1 ? codes[at - width + 1] : above;
        const second = ((2 * (left + above) + aboveLeft + aboveRight) >> shift) * nodes;
        const value = codes[at];
        if (decide(value === zero ? 0 : 1, 0, first, second) === 0) {
          codes[at] = zero;
          continue;
        }
        let node = 1;
        for (let k = bits - 1; k >= 0; k--) node = 2 * node + decide((value >> k) & 1, node, first, second);
        codes[at] = node - (1 << bits);
        if (codes[at] === zero) isCanonical = false;
      }
    }
  }
  return isCanonical;
}

interface Adaptive {
  /** Probabilities of a 1 in 1/65536. */
  p: Uint16Array;
  /** Bits seen, up to the last entry of {@link RATE}. */
  seen: Uint8Array;
}

const adaptive = (size: number): Adaptive => ({ p: new Uint16Array(size).fill(1 << 15), seen: new Uint8Array(size) });

function learn({ p, seen }: Adaptive, at: number, bit: number): void {
  p[at] += (((bit === 1 ? 0xffff : 0) - p[at]) * RATE[seen[at]]) >> 16;
  if (seen[at] < RATE.length - 1) seen[at]++;
}

/** Weights stay within 4 either way, so that two products with logits fit 32 bits. */
const bounded = (weight: number): number => Math.max(-(1 << 18), Math.min(1 << 18, weight));
