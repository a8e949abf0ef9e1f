/**
 * Presets as the stages see them: plain numbers in SI units. Their files (schemas/preset.schema.json) state each number
 * with a unit and a source; see preset-load.ts.
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

/** By precision, where a device states it. */
export type ByPrecision = Partial<Record<'fp32' | 'fp16' | 'int8' | 'int4', number>>;

/** Dynamic energy of computing and moving data, beside idle power. */
export interface DeviceEnergy {
  /** Joules per multiply-accumulate. */
  mac?: ByPrecision;
  /** Joules per byte between compute and on-chip memory, and of off-chip traffic. */
  onChip?: number;
  offChip?: number;
}

/** What runs on a device, and with how many threads. */
export interface DeviceRuntime {
  /** Targets of autosplit whose bundles run on what the numbers describe; undefined where that is not known. */
  targets?: string[];
  /** What runs networks there in their place, in words. */
  needs?: string;
  /** Threads inside one operator that the numbers stand for. */
  threads?: number;
}

interface DeviceCommon extends PresetCommon, DeviceRuntime {
  /** Bytes available to the network: off-chip memory, or RAM. */
  memory: number;
  /** Bytes of on-chip buffers or of the last cache. */
  onChipMemory: number;
  /** Bytes per second between the two. */
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
  /** Whose cycles count. */
  model: 'scale-sim-v2' | 'scale-sim-v1';
}

/** A device known by its peaks: CPU, GPU, NPU. */
export interface RooflineDevice extends DeviceCommon {
  kind: 'roofline';
  /** Operations per second by precision; one multiply-accumulate is two operations. */
  peak: ByPrecision & { fp32: number };
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
  /**
   * Seconds: the mean of the middle half of all runs, and the times below which a tenth and nine tenths of them lie.
   */
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

export type EdgePreset = Device & {
  /** Widths that the device can store and compute with. */
  bits: { weights: number[]; activations: number[] };
  /** Watts of the whole device. */
  power?: { active: number; idle: number };
  /** How many times longer one core takes to encode than the reference machine of cost/codec.ts. */
  coding?: number;
};

export type CloudPreset = Device & {
  /** What the cloud half computes in. */
  precision: 'fp32' | 'fp16' | 'int8';
  /** US dollars per second. */
  price?: number;
};

/** A device given by a table of latencies alone: no preset, and no cost model. */
interface TableDevice extends PresetCommon, DeviceRuntime {
  kind: 'table';
}

export type EdgeTable = TableDevice & Pick<EdgePreset, 'memory' | 'bits' | 'power' | 'coding'>;
export type CloudTable = TableDevice & Pick<CloudPreset, 'price'>;

/** Where 5 % and 95 % of all measurements lie below. */
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
  /** Bytes that each message adds: headers. */
  messageOverhead: number;
  /** Bytes of one packet and what its headers take of them, where the link is packet-switched. */
  mtu?: number;
  packetOverhead?: number;
  /** In the units of `uplink`, `downlink` and `rtt`. */
  distribution?: { uplink?: Spread; downlink?: Spread; rtt?: Spread };
  /** Share of packets that are lost and sent again, in [0, 1). */
  loss?: number;
  /** Share of the time that either side may send, in (0, 1]. */
  dutyCycle?: number;
  /** Seconds between two occasions to send, and how many packets of `mtu` bytes one of them takes at most. */
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

/** What a section of the config comes to: a preset with what the config says otherwise, or a device of its own. */
export interface ResolvedDevice {
  edge: EdgePreset | EdgeTable;
  network: LinkPreset;
  cloud: CloudPreset | CloudTable;
}

/** Which preset a device or a link is, and what the preset itself states: overrides do not show here. */
export interface PresetOrigin {
  name: string;
  version: number;
  /** Of its numbers; sources and prose do not count. */
  sha256: string;
}

/** One number of a device as it was written, and who says so. */
export interface SourcedNumber {
  /** `array.rows` */
  path: string;
  value: unknown;
  source: string;
}
