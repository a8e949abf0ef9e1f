/**
 * Lossless coding of feature maps: codes of 1 to 8 bits by context models and an arithmetic coder. Quantized
 * activations have few repeated strings, which general compressors look for; this coder predicts each code from its
 * channel and its neighbours.
 */
import { bitDecoder, bitEncoder } from './bit-coder.js';
import { type Planes, passCodes } from './model.js';

export type { Planes } from './model.js';

/** Encodes codes, `channels * height * width` of them. Same codes, same bytes, on every machine. */
export function encodeCodes(codes: Uint8Array, planes: Planes): Uint8Array {
  const { code, finish } = bitEncoder(codes.length >> 1);
  // Encoding writes each code back unchanged.
  passCodes(codes, planes, code);
  return finish();
}

/**
 * The inverse of {@link encodeCodes}; undefined where the bytes are no such stream. Time and memory depend on `planes`
 * alone, whatever the bytes.
 */
export function decodeCodes(bytes: Uint8Array, planes: Planes): Uint8Array | undefined {
  const codes = new Uint8Array(planes.channels * planes.height * planes.width);
  const { code, isWhole } = bitDecoder(bytes);
  const isCanonical = passCodes(codes, planes, code);
  return isCanonical && isWhole() ? codes : undefined;
}
