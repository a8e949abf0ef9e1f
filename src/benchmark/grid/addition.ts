import type { Model } from '../../onnx/graph.js';
import { buildModel } from './build.js';

/** The smallest model: one addition. */
export const addition = (): Model =>
  buildModel('addition', [1, 1], (b, input) => b.add('Add', [input, b.constant(Float32Array.of(1))]));
