import { type Codec, type Decode, type Encode, qualityOf, type WireForm } from '../codec.js';
import { isPicture, type Picture, pictureOf } from '../pictures/shape.js';
import { type Format, readPicture, writePicture } from '../pictures/sharp.js';

const FORMAT: Format = { name: 'jpeg', signature: [0xff, 0xd8, 0xff] };

export const jpegForm: WireForm = { travels: 'element', isLossy: true, hasQuality: true };

/** A JPEG file of the given quality, 1 to 100. */
export const writeJpeg = (picture: Picture, quality: number): Promise<Uint8Array> =>
  writePicture(picture, (image) => image.jpeg({ quality }));

export const encodeJpeg: Encode = (wire, codes) => writeJpeg(pictureOf(codes, wire.shape), qualityOf(wire.encoding));

export const decodeJpeg: Decode = (wire, content) => readPicture(FORMAT, wire, content);

/** JPEG, which cameras and every browser's canvas write. Pages encode it by page.ts. */
export const jpeg: Codec = {
  name: 'jpeg',
  form: jpegForm,
  codes: 'pictures',
  applies: isPicture,
  offers: ['jpeg:95', 'jpeg:90', 'jpeg:80'],
  nanoseconds: { encode: 6, decode: 6 },
  encodesIn: ['node', 'page'],
  packages: ['sharp'],
  encode: encodeJpeg,
  decode: decodeJpeg,
};
