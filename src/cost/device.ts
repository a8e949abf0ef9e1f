import type * as preset from '../config/preset.js';

/** What the cost models need to know of a preset. */
export type SystolicDevice = Pick<preset.SystolicDevice, 'kind' | 'array' | 'dataflow' | 'clock' | 'sram' | 'bandwidth'>;
export type RooflineDevice = Pick<preset.RooflineDevice, 'kind' | 'peak' | 'efficiency' | 'overhead' | 'bandwidth'>;
export type MeasuredDevice = Pick<preset.MeasuredDevice, 'kind' | 'table' | 'perInference'>;
export type Device = SystolicDevice | RooflineDevice | MeasuredDevice;
export type Link = Pick<preset.NetworkPreset, 'uplink' | 'downlink' | 'rtt' | 'messageOverhead' | 'mtu' | 'packetOverhead'>;

/** Bits of one element of each operand of a layer. */
export interface OperandBits {
  weights: number;
  input: number;
  output: number;
  /** Runs in floating point, whatever the bits. */
  float?: boolean;
}
