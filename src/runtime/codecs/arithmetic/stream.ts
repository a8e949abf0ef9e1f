/**
 * Lossless coding of feature maps: codes of 1..8 bits, as context models and an arithmetic coder see them. Where
 * general compressors look for repeated strings, of which quantized activations have none, this one predicts each code
 * from its channel and its neighbours.
 */
import { bitDecoder, bitEncoder } from './bit-coder.js';
import { type Planes, passCodes } from './model.js';

export type { Planes } from './model.js';

/** Encodes codes, `channels * height * width` of them. Same codes, same bytes, on every machine. */
export function encodeCodes(codes: Uint8Array, planes: Planes): Uint8Array {
  const { code, finish } = bitEncoder(codes.length >> 1);
  // The pass writes each code back, so it has a copy where the caller's array could be shared.
  passCodes(codes, planes, code);
  return finish();
}

/**
 * Decodes what {@link encodeCodes} gave; undefined where the bytes are no such stream. Takes the time and memory of
 * `planes`, whatever the bytes.
 */
export function decodeCodes(bytes: Uint8Array, planes: Planes): Uint8Array | undefined {
  const codes = new Uint8Array(planes.channels * planes.height * planes.width);
  const { code, isWhole } = bitDecoder(bytes);
  const isCanonical = passCodes(codes, planes, code);
  return isCanonical && isWhole() ? codes : undefined;
}
