import type { Codec, Decode, Encode, WireForm } from '../codec.js';

/** Quality 10 and 11 take tens of times as long for one hundredth fewer bytes. */
const QUALITY = 9;

export const brotliForm: WireForm = { travels: 'element', isLossy: false, hasQuality: false };

export const encodeBrotli: Encode = async (_wire, bytes) => {
  const { brotliCompressSync, constants } = await import('node:zlib');
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = constants;
  const params = {
    [BROTLI_PARAM_QUALITY]: QUALITY,
    // A window no larger than the tensor: clearing a larger one takes time.
    [BROTLI_PARAM_LGWIN]: Math.max(10, Math.min(22, Math.ceil(Math.log2(bytes.length + 16)))),
    [BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return brotliCompressSync(bytes, { params });
};

export const decodeBrotli: Decode = async ({ packedBytes }, content) => {
  const { brotliDecompressSync } = await import('node:zlib');
  try {
    return brotliDecompressSync(content, { maxOutputLength: Math.max(1, packedBytes) });
  } catch {
    return undefined;
  }
};

/**
 * Brotli, for tensors that travel unquantized. On quantized feature maps of at most 8 bits it was never smaller than
 * arithmetic coding.
 */
export const brotli: Codec = {
  name: 'brotli',
  form: brotliForm,
  codes: 'bytes',
  applies: ({ bits, scale }) => scale === undefined || bits > 8,
  offers: ['brotli'],
  nanoseconds: { encode: 100, decode: 5 },
  encodesIn: ['node'],
  packages: [],
  encode: encodeBrotli,
  decode: decodeBrotli,
};
