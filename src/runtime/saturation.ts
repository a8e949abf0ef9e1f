import type { Runtime } from './onnxruntime.js';

/** A MatMulInteger of uint8 [4, 64] by int8 [64, 16], as ONNX. */
const PROBE =
  'CAcSADpfChsKAWEKAWISAXkaAXkiDU1hdE11bEludGVnZXISAWdaEwoBYRIOCgwIAhIICgIIBAoCCEBaEwoBYhIOCgwIAxIICgIIQAoCCBBiEwoBeRIOCgwIBhIICgIIBAoCCBBCBAoAEA0=';
const DEPTH = 64;

/** Entries of `extra.session` of an onnxruntime session. */
export type ExactSession = { x64quantprecision?: '1' };

/**
 * Session entries that compute a model as it is written. onnxruntime would round the float weights of a convolution
 * between quantizers to 8 bits with one scale for all channels (its WeightBiasQuantization); this turns off its
 * rewriting of quantizers (kOrtSessionOptionsDisableQuantQDQ).
 */
export const AS_WRITTEN = { disable_quant_qdq: '1' } as const;

let known: Promise<ExactSession> | undefined;

/**
 * Session entries under which sums of uint8 x int8 products are exact on this processor. x64 processors without VNNI
 * saturate pairs of products at 16 bits; for them this selects the slower exact kernels (onnxruntime,
 * kOrtSessionOptionsAvx2PrecisionMode "session.x64quantprecision"), so that every machine gives the same codes. The
 * largest products are tried once per process.
 */
export function exactSession(runtime: Pick<Runtime, 'InferenceSession' | 'Tensor'>): Promise<ExactSession> {
  known ??= largestProduct(runtime).then((sum) => (sum === DEPTH * 255 * 127 ? {} : { x64quantprecision: '1' }));
  return known;
}

async function largestProduct({
  InferenceSession,
  Tensor,
}: Pick<Runtime, 'InferenceSession' | 'Tensor'>): Promise<number> {
  const model = Uint8Array.from(atob(PROBE), (character) => character.charCodeAt(0));
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const { y } = await session.run({
    a: new Tensor('uint8', new Uint8Array(4 * DEPTH).fill(255), [4, DEPTH]),
    b: new Tensor('int8', new Int8Array(DEPTH * 16).fill(127), [DEPTH, 16]),
  });
  await session.release();
  return (y.data as Int32Array).reduce((least, sum) => Math.min(least, sum), Infinity);
}
