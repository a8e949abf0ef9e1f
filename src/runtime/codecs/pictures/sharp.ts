/** Pictures by sharp, which only splits that send pictures need: it is loaded on first use. */

import type { Sharp } from 'sharp';
import { ProtocolError } from '../../errors.js';
import type { Coded } from '../codec.js';
import { imageShape, type Picture, planar } from './shape.js';

/** Name of a format, and the first bytes of its files; -1 where a file has its length. */
export interface Format {
  name: string;
  signature: readonly number[];
}

/** The bytes of an image file. */
export async function writePicture({ pixels, ...raw }: Picture, encoder: (image: Sharp) => Sharp): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const image = sharp(pixels, { raw });
  const buffer = await encoder(raw.channels === 1 ? image.toColourspace('b-w') : image).toBuffer();
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

/** The 8-bit codes, channels first, of an image file that has the size of the tensor. Errors: ProtocolError 400. */
export async function readPicture(
  { name: format, signature }: Format,
  { name, shape }: Pick<Coded, 'name' | 'shape'>,
  content: Uint8Array,
): Promise<Uint8Array> {
  const { channels, height, width } = imageShape(shape);
  // libvips reads many formats: the signature keeps all decoders but this one from the bytes.
  if (!signature.every((byte, i) => byte < 0 || content[i] === byte))
    throw new ProtocolError(400, `tensor ${name}: not a ${format} image`);
  const { default: sharp } = await import('sharp');
  try {
    const image = sharp(content, { limitInputPixels: width * height, failOn: 'error' });
    const size = await image.metadata();
    if (size.width === width && size.height === height && !size.hasAlpha) {
      const { data, info } = await image
        .toColourspace(channels === 1 ? 'b-w' : 'srgb')
        .raw()
        .toBuffer({ resolveWithObject: true });
      if (info.channels === channels) return planar(data, channels);
    }
  } catch {
    throw new ProtocolError(400, `tensor ${name}: the ${format} image is broken or too large`);
  }
  throw new ProtocolError(400, `tensor ${name}: the image must be ${width}x${height} with ${channels} channels`);
}
