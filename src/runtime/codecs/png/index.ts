import type { Codec, Decode, Encode, WireForm } from '../codec.js';
import { isPicture, pictureOf } from '../pictures/shape.js';
import { type Format, readPicture, writePicture } from '../pictures/sharp.js';

const FORMAT: Format = { name: 'png', signature: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] };

export const pngForm: WireForm = { travels: 'element', isLossy: false, hasQuality: false };

export const encodePng: Encode = (wire, codes) =>
  writePicture(pictureOf(codes, wire.shape), (image) => image.png({ compressionLevel: 6, adaptiveFiltering: true }));

export const decodePng: Decode = (wire, content) => readPicture(FORMAT, wire, content);

/** PNG: pictures without loss. */
export const png: Codec = {
  name: 'png',
  form: pngForm,
  codes: 'pictures',
  applies: isPicture,
  offers: ['png'],
  nanoseconds: { encode: 30, decode: 10 },
  encodesIn: ['node'],
  packages: ['sharp'],
  encode: encodePng,
  decode: decodePng,
};
