import { arithmeticForm, encodeArithmetic } from './arithmetic/index.js';
import { deflateForm } from './deflate/index.js';
import type * as node from './encoders.js';
import { jpegForm } from './jpeg/index.js';
import { encodeJpegInPage } from './jpeg/page.js';
import { rawForm } from './raw/index.js';

/** What edge sides in pages encode, by codec: see encoders.ts. */
export const ENCODERS: typeof node.ENCODERS = {
  raw: { form: rawForm },
  deflate: { form: deflateForm },
  arithmetic: { form: arithmeticForm, encode: encodeArithmetic },
  jpeg: { form: jpegForm, encode: encodeJpegInPage },
};
