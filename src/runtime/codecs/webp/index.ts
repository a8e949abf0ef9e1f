import { type Codec, type Decode, type Encode, qualityOf, type WireForm } from '../codec.js';
import { isPicture, pictureOf } from '../pictures/shape.js';
import { type Format, readPicture, writePicture } from '../pictures/sharp.js';

const FORMAT: Format = {
  name: 'webp',
  signature: [0x52, 0x49, 0x46, 0x46, -1, -1, -1, -1, 0x57, 0x45, 0x42, 0x50],
};

export const webpForm: WireForm = { travels: 'element', isLossy: true, hasQuality: true };

export const encodeWebp: Encode = (wire, codes) =>
  writePicture(pictureOf(codes, wire.shape), (image) => image.webp({ quality: qualityOf(wire.encoding) }));

export const decodeWebp: Decode = (wire, content) => readPicture(FORMAT, wire, content);

/** Lossy WebP: smaller than JPEG at like quality, and slower. */
export const webp: Codec = {
  name: 'webp',
  form: webpForm,
  codes: 'pictures',
  applies: isPicture,
  offers: ['webp:90', 'webp:80'],
  nanoseconds: { encode: 35, decode: 15 },
  encodesIn: ['node'],
  packages: ['sharp'],
  encode: encodeWebp,
  decode: decodeWebp,
};
