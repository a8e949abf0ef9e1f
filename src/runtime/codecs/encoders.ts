import { arithmeticForm, encodeArithmetic } from './arithmetic/index.js';
import { brotliForm, encodeBrotli } from './brotli/index.js';
import type { Encode, WireForm } from './codec.js';
import { deflateForm } from './deflate/index.js';
import { encodeJpeg, jpegForm } from './jpeg/index.js';
import { encodePng, pngForm } from './png/index.js';
import { rawForm } from './raw/index.js';
import { encodeWebp, webpForm } from './webp/index.js';

/** What an edge side has of a codec; `encode` is there where its bytes are one coded element. */
export interface Encoder {
  form: WireForm;
  encode?: Encode;
}

/**
 * What edge sides on Node.js encode, by codec. scripts/build.mjs puts page-encoders.ts in its place where the runtime is
 * compiled for browsers.
 */
export const ENCODERS: Readonly<Record<string, Encoder>> = {
  raw: { form: rawForm },
  deflate: { form: deflateForm },
  brotli: { form: brotliForm, encode: encodeBrotli },
  arithmetic: { form: arithmeticForm, encode: encodeArithmetic },
  png: { form: pngForm, encode: encodePng },
  jpeg: { form: jpegForm, encode: encodeJpeg },
  webp: { form: webpForm, encode: encodeWebp },
};
