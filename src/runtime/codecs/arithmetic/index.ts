import { packBits, unpackBits } from '../../../numerics/pack.js';
import { elementCount } from '../../types.js';
import type { Codec, Coded, Decode, Encode, WireForm } from '../codec.js';
import { decodeCodes, encodeCodes, type Planes } from './stream.js';

export const arithmeticForm: WireForm = { travels: 'element', isLossy: false, hasQuality: false };

export const encodeArithmetic: Encode = (wire, bytes) =>
  encodeCodes(unpackBits(bytes, elementCount(wire.shape), wire.bits), planesOf(wire));

export const decodeArithmetic: Decode = (wire, content) => {
  const codes = decodeCodes(content, planesOf(wire));
  return codes && packBits(codes, wire.bits);
};

/** Context models and an arithmetic coder, for codes of at most 8 bits and for elements of one byte. */
export const arithmetic: Codec = {
  name: 'arithmetic',
  form: arithmeticForm,
  codes: 'bytes',
  applies: ({ bits }) => bits <= 8,
  offers: ['arithmetic'],
  nanoseconds: { encode: 200, decode: 220 },
  encodesIn: ['node', 'page'],
  packages: [],
  encode: encodeArithmetic,
  decode: decodeArithmetic,
};

/** A tensor as planes: its last two dimensions are a plane, all before them count channels. */
export function planesOf({ shape, bits, zeroPoint = [0] }: Pick<Coded, 'shape' | 'bits' | 'zeroPoint'>): Planes {
  const [height, width] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
  const zero = Math.max(0, Math.min(2 ** bits - 1, Math.round(zeroPoint[0])));
  return { channels: elementCount(shape.slice(0, -2)), height, width, bits, zero };
}
