/**
 * Arithmetic on plain arrays: affine quantizers, histograms, clipping ranges, bit packing, rounding that is the same
 * everywhere.
 */
