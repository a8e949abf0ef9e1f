import { type EdgeAbilities, ENCODINGS, WEIGHT_BITS } from '../abilities.js';
import { INTEGER_OPERATORS } from '../operators.js';

/**
 * onnxruntime in Node.js: integer kernels at 8-bit activations; weights of fewer bits are unpacked to int8 when the
 * bundle loads.
 */
export const onnxruntimeNode: EdgeAbilities = {
  name: 'onnxruntime-node',
  side: 'edge',
  description: 'Node.js with onnxruntime: integer kernels, weights unpacked to int8 in memory',
  operators: INTEGER_OPERATORS,
  floatOperators: 'all',
  weightBits: WEIGHT_BITS,
  weights: { held: 'int8', in: 'ram' },
  encodings: ENCODINGS,
  packages: ['onnxruntime-node'],
  kernels: 'native',
};
