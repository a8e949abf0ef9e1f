/**
 * Presets as the stages see them: plain numbers in SI units. Their files (schemas/preset.schema.json) state each number with a
 * unit and a source; see preset-load.ts.
 */

export type PresetKind = 'edge' | 'network' | 'cloud';

export interface PresetCommon {
  name: string;
  aliases?: string[];
  title: string;
  /** Raised whenever a number changes. */
  version: number;
  /** `measured` on the thing itself, copied from a `datasheet` or paper, or `derived` from other numbers. */
  confidence: 'measured' | 'datasheet' | 'derived';
  description: string;
}

interface DeviceCommon extends PresetCommon {
  /** Bytes available to the network: off-chip memory, or RAM. */
  memory: number;
  /** Bytes of on-chip buffers or of the last cache. */
  onChipMemory: number;
  /** Bytes per second between the two. */
  bandwidth: number;
}

/** An array of multiply-accumulate cells, costed by SCALE-Sim's cycle model. */
export interface SystolicDevice extends DeviceCommon {
  kind: 'systolic';
  array: { rows: number; columns: number };
  /** Output, weight or input stationary. */
  dataflow: 'os' | 'ws' | 'is';
  /** Hz. */
  clock: number;
  /** Bytes. */
  sram: { ifmap: number; filter: number; ofmap: number };
  model: 'scale-sim-v2';
}

/** A device known by its peaks: CPU, GPU, NPU. */
export interface RooflineDevice extends DeviceCommon {
  kind: 'roofline';
  /** Operations per second by precision; one multiply-accumulate is two operations. */
  peak: { fp32: number; fp16?: number; int8?: number; int4?: number };
  /** Share of the peak that is reached, in (0, 1], by operator; `default` for all others. */
  efficiency: { default: number; [operator: string]: number };
  /** Seconds added to each layer. */
  overhead: number;
}

/** A machine that `autosplit profile` has measured. */
export interface MeasuredDevice extends DeviceCommon {
  kind: 'measured';
  /** Seconds of one inference beside its layers. */
  perInference: number;
  table: MeasuredRow[];
  machine?: Machine;
}

/** What a layer of one operator and shape takes. */
export interface MeasuredRow {
  /** `Conv`, `DepthwiseConv`, ...; see LayerShape. */
  op: string;
  activation?: string;
  /** `fp32` in a float network, `int8` on integer kernels, `mixed` in float between integer kernels. */
  precision: 'fp32' | 'int8' | 'mixed';
  /** Of inputs, outputs and parameters. */
  elements: [number, number, number];
  macs: number;
  /** The product behind a convolution or a fully connected layer: M x K by K x N, so many times. */
  gemm?: [m: number, n: number, k: number, count: number];
  /** Kernel height and width, stride down and across. */
  window?: [number, number, number, number];
  /** Seconds: the median, and the times below which a tenth and nine tenths of the runs lie. */
  seconds: number;
  p10: number;
  p90: number;
}

/** What was measured, in words. */
export interface Machine {
  cpu: string;
  cores: number;
  system: string;
  runtime: string;
  threads: number;
}

export type Device = SystolicDevice | RooflineDevice | MeasuredDevice;

/** `bits` are the widths that the device can store and compute with. */
export type EdgePreset = Device & { bits: { weights: number[]; activations: number[] } };

/** `precision` is what the cloud half computes in. */
export type CloudPreset = Device & { precision: 'fp32' | 'fp16' | 'int8' };

export interface NetworkPreset extends PresetCommon {
  /** Bits per second. */
  uplink: number;
  downlink: number;
  /** Seconds. */
  rtt: number;
  /** Bytes that each message adds: headers. */
  messageOverhead: number;
  /** Bytes of one packet and what its headers take of them, where the link is packet-switched. */
  mtu?: number;
  packetOverhead?: number;
}

export interface PresetOf {
  edge: EdgePreset;
  network: NetworkPreset;
  cloud: CloudPreset;
}
