import type { Crossing } from '../codec.js';

/** Rows of pixels, the channels of a pixel side by side. */
export interface Picture {
  pixels: Uint8Array;
  width: number;
  height: number;
  channels: 1 | 3;
}

/** Pictures are 8-bit codes of an input whose samples are pictures, channels first. */
export const isPicture = ({ bits, scale, dtype, shape, isPicture = false }: Crossing): boolean =>
  isPicture && bits === 8 && (scale !== undefined || dtype === 'uint8') && isImageShape(shape);

/** True for tensors of 1 or 3 channels, channels first, and no batch. */
export function isImageShape(shape: readonly number[]): boolean {
  const channels = shape.at(-3);
  return (channels === 1 || channels === 3) && shape.slice(0, -3).every((n) => n === 1);
}

/** Channels, height and width of an image tensor; throws where the shape is none. */
export function imageShape(shape: readonly number[]): Omit<Picture, 'pixels'> {
  const [channels, height, width] = shape.slice(-3);
  if (!isImageShape(shape) || (channels !== 1 && channels !== 3)) {
    throw new Error(`a tensor of shape ${shape.join('x')} is no image: 1 or 3 channels first, and no batch`);
  }
  return { channels, height, width };
}

/** The picture of 8-bit codes of shape [1, C, H, W] or [C, H, W], C 1 or 3. */
export function pictureOf(codes: Uint8Array, shape: readonly number[]): Picture {
  const size = imageShape(shape);
  return { ...size, pixels: interleave(codes, size.channels) };
}

/** CHW -> HWC. */
function interleave(codes: Uint8Array, channels: number): Uint8Array {
  if (channels === 1) return codes;
  const plane = codes.length / channels;
  const pixels = new Uint8Array(codes.length);
  for (let c = 0; c < channels; c++) for (let i = 0; i < plane; i++) pixels[i * channels + c] = codes[c * plane + i];
  return pixels;
}

/** HWC -> CHW. */
export function planar(pixels: Uint8Array, channels: number): Uint8Array {
  const plane = pixels.length / channels;
  const codes = new Uint8Array(pixels.length);
  for (let c = 0; c < channels; c++) for (let i = 0; i < plane; i++) codes[c * plane + i] = pixels[i * channels + c];
  return codes;
}
