import type { Codec, WireForm } from '../codec.js';

export const rawForm: WireForm = { travels: 'plain', isLossy: false, hasQuality: false };

/** The packed bytes as they are. */
export const raw: Codec = {
  name: 'raw',
  form: rawForm,
  codes: 'bytes',
  applies: () => true,
  offers: ['raw'],
  fixedBytes: (packedBytes) => packedBytes,
  nanoseconds: { encode: 0, decode: 0 },
  encodesIn: ['node', 'page'],
  packages: [],
  encode: (_wire, bytes) => bytes,
};
