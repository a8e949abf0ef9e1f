/**
 * Presets in SI units. Preset files (schemas/preset.schema.json) state each number with a unit and a source.
 */

export type PresetKind = 'edge' | 'network' | 'cloud';

export interface PresetCommon {
  name: string;
  aliases?: string[];
  title: string;
  /** Increased with every change of a number. */
  version: number;
  /** `measured` on the device, copied from a `datasheet` or paper, or `derived` from other numbers. */
  confidence: 'measured' | 'datasheet' | 'derived';
  description: string;
}

/** Values by precision, as far as a device states them. */
export type ByPrecision = Partial<Record<'fp32' | 'fp16' | 'int8' | 'int4', number>>;

/** Dynamic energy of computing and of moving data, in addition to idle power. */
export interface DeviceEnergy {
  /** Joules per multiply-accumulate. */
  mac?: ByPrecision;
  /** Joules per byte moved between compute and on-chip memory, and per byte of off-chip traffic. */
  onChip?: number;
  offChip?: number;
}

/** Software of a device. */
export interface DeviceRuntime {
  /** Targets of autosplit whose bundles run on the device with these numbers; undefined if unknown. */
  targets?: string[];
  /** The software that runs models on the device if no target does, in words. */
  needs?: string;
  /** Threads per operator for which the numbers hold. */
  threads?: number;
}

interface DeviceCommon extends PresetCommon, DeviceRuntime {
  /** Bytes available to the model: off-chip memory, or RAM. */
  memory: number;
  /** Bytes of on-chip buffers, or of the last-level cache. */
  onChipMemory: number;
  /** Bytes per second between memory and on-chip memory. */
  bandwidth: number;
  energy?: DeviceEnergy;
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
  /** The cycle model. */
  model: 'scale-sim-v2' | 'scale-sim-v1';
}

/** A device that a roofline model describes: CPU, GPU, NPU. */
export interface RooflineDevice extends DeviceCommon {
  kind: 'roofline';
  /** Operations per second by precision; one multiply-accumulate is two operations. */
  peak: ByPrecision & { fp32: number };
  /** Achieved share of the peak in (0, 1] by operator; `default` applies to all others. */
  efficiency: { default: number; [operator: string]: number };
  /** Seconds added to each layer. */
  overhead: number;
}

/** A machine that `autosplit profile` has measured. */
export interface MeasuredDevice extends DeviceCommon {
  kind: 'measured';
  /** Fixed seconds per inference, in addition to its layers. */
  perInference: number;
  table: MeasuredRow[];
  machine?: Machine;
}

/** Measured time of a layer by operator and shape. */
export interface MeasuredRow {
  /** `Conv`, `DepthwiseConv`, ...; see LayerShape. */
  op: string;
  activation?: string;
  /** `fp32`: in a float model. `int8`: on integer kernels. `mixed`: in float, in a model with integer kernels. */
  precision: 'fp32' | 'int8' | 'mixed';
  /** Number of elements of inputs, outputs and parameters. */
  elements: [number, number, number];
  macs: number;
  /** The im2col product of a convolution or a fully connected layer: `count` products of M x K by K x N. */
  gemm?: [m: number, n: number, k: number, count: number];
  /** Kernel height and width, stride down and across. */
  window?: [number, number, number, number];
  /**
   * Seconds: interquartile mean, 10th and 90th percentile of all runs.
   */
  seconds: number;
  p10: number;
  p90: number;
}

/** The measured machine. */
export interface Machine {
  cpu: string;
  cores: number;
  system: string;
  runtime: string;
  threads: number;
}

export type Device = SystolicDevice | RooflineDevice | MeasuredDevice;

export type EdgePreset = Device & {
  /** Bit-widths that the device stores and computes with. */
  bits: { weights: number[]; activations: number[] };
  /** Watts of the whole device. */
  power?: { active: number; idle: number };
  /** Encoding time of one core over that of the reference machine of cost/codec.ts. */
  coding?: number;
};

export type CloudPreset = Device & {
  /** Precision of the cloud side. */
  precision: 'fp32' | 'fp16' | 'int8';
  /** US dollars per second. */
  price?: number;
};

/** A device with a table of latencies, without preset and cost model. */
interface TableDevice extends PresetCommon, DeviceRuntime {
  kind: 'table';
}

export type EdgeTable = TableDevice & Pick<EdgePreset, 'memory' | 'bits' | 'power' | 'coding'>;
export type CloudTable = TableDevice & Pick<CloudPreset, 'price'>;

/** 5th and 95th percentile of all measurements. */
export interface Spread {
  p5: number;
  p95: number;
}

export interface LinkPreset extends PresetCommon {
  /** Bits per second, the median. */
  uplink: number;
  downlink: number;
  /** Seconds, the median. */
  rtt: number;
  /** Header bytes of each message. */
  messageOverhead: number;
  /** Bytes of one packet, and of the headers in it, if the link is packet-switched. */
  mtu?: number;
  packetOverhead?: number;
  /** In the units of `uplink`, `downlink` and `rtt`. */
  distribution?: { uplink?: Spread; downlink?: Spread; rtt?: Spread };
  /** Share of packets that are lost and resent, in [0, 1). */
  loss?: number;
  /** Share of time in which a side may send, in (0, 1]. */
  dutyCycle?: number;
  /** Seconds between two connection events, and the most packets of `mtu` bytes in one of them. */
  connectionInterval?: number;
  packetsPerInterval?: number;
  /** Joules per byte of the radio on the edge. */
  energy?: { transmit?: number; receive?: number };
  /** US dollars per byte, either way. */
  price?: number;
}

export interface PresetOf {
  edge: EdgePreset;
  network: LinkPreset;
  cloud: CloudPreset;
}

/** A resolved section of the config: a preset with overrides, or a device without a preset. */
export interface ResolvedDevice {
  edge: EdgePreset | EdgeTable;
  network: LinkPreset;
  cloud: CloudPreset | CloudTable;
}

/** Identity of the preset of a device or link, without overrides. */
export interface PresetOrigin {
  name: string;
  version: number;
  /** Digest of its numbers; see presetDigest. */
  sha256: string;
}

/** A number of a device as written, with its source. */
export interface SourcedNumber {
  /** `array.rows` */
  path: string;
  value: unknown;
  source: string;
}
