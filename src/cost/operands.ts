import type { LayerShape } from '../calibrate/profile.js';
import type { OperandBits } from './device.js';

/** Bytes of all operands and outputs of a layer, each once. */
export const operandBytes = (shape: LayerShape, bits: OperandBits): number =>
  (shape.inputElements * bits.input + shape.parameters * bits.weights + shape.outputElements * bits.output) / 8;
