import type { ByPrecision } from '../config/preset.js';
import type { OperandBits } from './device.js';

const PRECISIONS = ['int4', 'int8', 'fp16', 'fp32'] as const;

/**
 * What a device states for these bits: for the precision that they ask for, or for the next wider one that it states.
 */
export function atPrecision(
  stated: ByPrecision,
  bits: Pick<OperandBits, 'weights' | 'input' | 'float'>,
): number | undefined {
  const from = PRECISIONS.indexOf(wanted(bits));
  const precision = PRECISIONS.slice(from).find((each) => stated[each] !== undefined);
  return precision && stated[precision];
}

function wanted({
  weights,
  input,
  float,
}: Pick<OperandBits, 'weights' | 'input' | 'float'>): (typeof PRECISIONS)[number] {
  const widest = Math.max(weights, input);
  // A float layer at 16 bits runs on the half-precision units; below that there are none.
  if (float) return widest <= 16 ? 'fp16' : 'fp32';
  return widest <= 4 ? 'int4' : widest <= 8 ? 'int8' : widest <= 16 ? 'fp16' : 'fp32';
}
