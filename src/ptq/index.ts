/**
 * Post-training quantization: the weights of a layer rounded for what it reads, and the ranges of activations.
 * A model is run layer by layer (walk.ts), so that only the layer at hand is in memory.
 */
