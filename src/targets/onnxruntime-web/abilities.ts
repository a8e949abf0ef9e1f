import type { EdgeAbilities } from '../abilities.js';
import { onnxruntimeNode } from '../onnxruntime-node/abilities.js';

/**
 * onnxruntime in a page: WebAssembly is made of the same kernels for processors, so the same operators run on integers.
 */
export const onnxruntimeWeb: EdgeAbilities = {
  ...onnxruntimeNode,
  name: 'onnxruntime-web',
  description: 'browsers with onnxruntime-web: integer kernels in WebAssembly, weights unpacked to int8 in a worker',
  encodings: ['deflate', 'arithmetic', 'jpeg'],
  packages: ['onnxruntime-web'],
  kernels: 'wasm',
};
