/**
 * Logistic mixing in whole numbers, so that every machine and engine computes the same bits: probabilities of 12 bits,
 * logits ("stretched" probabilities, ln(p / (1 - p))) in 1/256 within -2047..2047. Mixing in the logistic domain:
 * Mahoney, Adaptive Weighing of Context Models for Lossless Data Compression, 2005.
 */

/** Probability 1 in the 12 bits that an arithmetic coder takes. */
export const ONE = 4096;
const LOGIT_LIMIT = 2047;

/**
 * Logit -> probability in 1..4095; the entry of logit x is at x + 2048. No value lies nearer to a half than 1e-5 before
 * it is rounded, so that the last bit of an engine's `Math.exp` cannot show.
 */
export const SQUASH = Int32Array.from({ length: 4096 }, (_, at) =>
  Math.min(ONE - 1, Math.max(1, Math.round(ONE / (1 + Math.exp((2048 - at) / 256))))),
);

/** Probability of 12 bits -> logit. */
export const STRETCH = Int32Array.from({ length: ONE }, (_, p) =>
  Math.max(-LOGIT_LIMIT, Math.min(LOGIT_LIMIT, Math.round(256 * Math.log((p + 0.5) / (ONE - 0.5 - p))))),
);

/**
 * Share, in 1/65536, that a bit moves a probability which has seen n bits before: about the mean of what was seen, then
 * a window of 64.
 */
export const RATE = Int32Array.from({ length: 64 }, (_, seen) => Math.max(1024, Math.round(65536 / (seen + 1.6))));
