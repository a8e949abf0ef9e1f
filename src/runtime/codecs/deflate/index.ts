import type { Codec, WireForm } from '../codec.js';
import { deflateBytes } from './gzip.js';

export const deflateForm: WireForm = { travels: 'gzip', isLossy: false, hasQuality: false };

/** DEFLATE inside the gzip of the whole request: every server of the protocol undoes it. */
export const deflate: Codec = {
  name: 'deflate',
  form: deflateForm,
  codes: 'bytes',
  applies: () => true,
  offers: ['deflate'],
  nanoseconds: { encode: 30, decode: 3 },
  encodesIn: ['node', 'page'],
  packages: [],
  encode: (_wire, bytes) => deflateBytes(bytes),
};
