/**
 * Logistic mixing in whole numbers, so that every machine and engine computes the same bits: probabilities of 12 bits,
 * logits ("stretched" probabilities, ln(p / (1 - p))) in 1/256 within -2047..2047. Mixing in the logistic domain:
 * Mahoney, Adaptive Weighing of Context Models for Lossless Data Compression, 2005.
 */

/** Probability 1 in the 12 bits that an arithmetic coder takes. */
export const ONE = 4096;
const LOGIT_LIMIT = 2047;

/**
 * Logit -> probability in 1..4095; the entry of logit x is at x + 2048. Before rounding, all values are at least 1e-5
 * away from a half, so that the last bit of an engine's `Math.exp` does not matter.
 */
export const SQUASH = Int32Array.from({ length: 4096 }, (_, at) =>
  Math.min(ONE - 1, Math.max(1, Math.round(ONE / (1 + Math.exp((2048 - at) / 256))))),
);

/** Probability of 12 bits -> logit. */
export const STRETCH = Int32Array.from({ length: ONE }, (_, p) =>
  Math.max(-LOGIT_LIMIT, Math.min(LOGIT_LIMIT, Math.round(256 * Math.log((p + 0.5) / (ONE - 0.5 - p))))),
);

/**
 * Adaptation rate, in 1/65536, of a probability after n bits: about their mean at first, then an average over a window
 * of 64.
 */
export const RATE = Int32Array.from({ length: 64 }, (_, seen) => Math.max(1024, Math.round(65536 / (seen + 1.6))));
