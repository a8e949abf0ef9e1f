import type { LayerShape } from '../profile/profile.js';
import type { Device, OperandBits } from './device.js';
import { rooflineSeconds } from './roofline.js';
import { systolicSeconds } from './systolic.js';

export type { LayerShape } from '../profile/profile.js';

/** Operators that rename a tensor and move nothing: onnxruntime and the C target reuse the buffer. They cost no time at all. */
const FREE = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Identity', 'Dropout']);

/** Bits of everything in the cloud unless its preset says otherwise, as in Auto-Split. */
const CLOUD_BITS = 16;

/** Seconds of a layer on the edge device, at the bits of its weights, inputs and outputs. */
export function edgeSeconds(preset: Device, shape: LayerShape, bits: OperandBits): number {
  return deviceSeconds(preset, shape, bits);
}

/** Seconds of a layer in the cloud, in floating point of `precision` bits. */
export function cloudSeconds(preset: Device & { precision?: number }, shape: LayerShape): number {
  const width = preset.precision ?? CLOUD_BITS;
  return deviceSeconds(preset, shape, { weights: width, input: width, output: width, float: width > 8 });
}

function deviceSeconds(device: Device, shape: LayerShape, bits: OperandBits): number {
  if (FREE.has(shape.op)) return 0;
  return device.kind === 'systolic' ? systolicSeconds(device, shape, bits) : rooflineSeconds(device, shape, bits);
}
