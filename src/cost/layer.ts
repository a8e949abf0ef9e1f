import type { LayerShape } from '../profile/profile.js';
import type { Device, OperandBits } from './device.js';
import { rooflineSeconds } from './roofline.js';
import { systolicSeconds } from './systolic.js';

export type { LayerShape } from '../profile/profile.js';

/** Operators that rename a tensor and move nothing: onnxruntime and the C target reuse the buffer. They cost no time at all. */
const FREE = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Identity', 'Dropout']);

export const isFree = (op: string): boolean => FREE.has(op);

/** Bits of everything in the cloud. Auto-Split's cloud runs at 16. */
const CLOUD_BITS = { fp32: 32, fp16: 16, int8: 8 };

/** Seconds of a layer on the edge device, at the bits of its weights, inputs and outputs. */
export function edgeSeconds(preset: Device, shape: LayerShape, bits: OperandBits): number {
  return deviceSeconds(preset, shape, bits);
}

/** Seconds of a layer in the cloud, in the precision of its preset. */
export function cloudSeconds(preset: Device & { precision: keyof typeof CLOUD_BITS }, shape: LayerShape): number {
  const width = CLOUD_BITS[preset.precision];
  return deviceSeconds(preset, shape, { weights: width, input: width, output: width, float: preset.precision !== 'int8' });
}

function deviceSeconds(device: Device, shape: LayerShape, bits: OperandBits): number {
  if (isFree(shape.op)) return 0;
  return device.kind === 'systolic' ? systolicSeconds(device, shape, bits) : rooflineSeconds(device, shape, bits);
}
