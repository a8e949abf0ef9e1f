import { arithmeticForm, decodeArithmetic } from './arithmetic/index.js';
import { brotliForm, decodeBrotli } from './brotli/index.js';
import type { Decode, WireForm } from './codec.js';
import { deflateForm } from './deflate/index.js';
import { decodeJpeg, jpegForm } from './jpeg/index.js';
import { decodePng, pngForm } from './png/index.js';
import { rawForm } from './raw/index.js';
import { decodeWebp, webpForm } from './webp/index.js';

/** What a cloud side has of a codec; `decode` is there where its bytes are one coded element. */
export interface Decoder {
  form: WireForm;
  decode?: Decode;
}

/** What cloud sides on Node.js decode, by codec. */
export const DECODERS: Readonly<Record<string, Decoder>> = {
  raw: { form: rawForm },
  deflate: { form: deflateForm },
  brotli: { form: brotliForm, decode: decodeBrotli },
  arithmetic: { form: arithmeticForm, decode: decodeArithmetic },
  png: { form: pngForm, decode: decodePng },
  jpeg: { form: jpegForm, decode: decodeJpeg },
  webp: { form: webpForm, decode: decodeWebp },
};
