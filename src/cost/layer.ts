import type { LayerShape } from '../calibrate/profile.js';
import { kindOf } from '../ops/index.js';
import type { Device, MeasuredDevice, OperandBits } from './device.js';
import { measuredSeconds } from './measured.js';
import { rooflineSeconds } from './roofline.js';
import { systolicSeconds } from './systolic/seconds.js';

export type { LayerShape } from '../calibrate/profile.js';

/** Bits of everything in the cloud. Auto-Split's cloud runs at 16. */
const CLOUD_BITS = { fp32: 32, fp16: 16, int8: 8 };

/** Seconds of a layer on the edge device, at the bits of its weights, inputs and outputs. */
export function edgeSeconds(preset: Device, shape: LayerShape, bits: OperandBits): number {
  return preset.kind === 'measured'
    ? measuredSeconds(preset, shape, bits.float ? 'mixed' : 'int8')
    : modelledSeconds(preset, shape, bits);
}

/** Seconds of a layer in the cloud, in the precision of its preset. */
export function cloudSeconds(preset: Device & { precision: keyof typeof CLOUD_BITS }, shape: LayerShape): number {
  const { precision } = preset;
  if (preset.kind === 'measured') return measuredSeconds(preset, shape, precision === 'int8' ? 'int8' : 'fp32');
  const width = CLOUD_BITS[precision];
  return modelledSeconds(preset, shape, { weights: width, input: width, output: width, float: precision !== 'int8' });
}

/** Seconds beside those of layers, of each inference that runs any of them there. */
export const inferenceSeconds = (preset: Device): number => (preset.kind === 'measured' ? preset.perInference : 0);

function modelledSeconds(device: Exclude<Device, MeasuredDevice>, shape: LayerShape, bits: OperandBits): number {
  if (kindOf(shape.op).isFree) return 0;
  return device.kind === 'systolic' ? systolicSeconds(device, shape, bits) : rooflineSeconds(device, shape, bits);
}
