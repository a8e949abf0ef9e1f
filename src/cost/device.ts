import type * as preset from '../config/preset.js';

/** What the cost models need to know of a preset. */
export type SystolicDevice = Pick<
  preset.SystolicDevice,
  'kind' | 'array' | 'dataflow' | 'clock' | 'sram' | 'bandwidth'
> &
  Partial<Pick<preset.SystolicDevice, 'model'>>;
export type RooflineDevice = Pick<preset.RooflineDevice, 'kind' | 'peak' | 'efficiency' | 'overhead' | 'bandwidth'>;
export type MeasuredDevice = Pick<preset.MeasuredDevice, 'kind' | 'table' | 'perInference'>;
export type Device = SystolicDevice | RooflineDevice | MeasuredDevice;
export type Link = Omit<preset.LinkPreset, keyof preset.PresetCommon | 'distribution'>;

/** Bits of one element of each operand of a layer. */
export interface OperandBits {
  weights: number;
  input: number;
  output: number;
  /** Runs in floating point, whatever the bits. */
  float?: boolean;
}
