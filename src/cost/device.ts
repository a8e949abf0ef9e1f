/** How operands move through a systolic array: output, weight or input stationary. */
export type Dataflow = 'os' | 'ws' | 'is';

/** An array of multiply-accumulate units, as SCALE-Sim models it. SI units. */
export interface SystolicDevice {
  kind: 'systolic';
  array: { rows: number; columns: number };
  dataflow: Dataflow;
  /** Hz. */
  clock: number;
  /** Bytes of on-chip buffer per operand. */
  sram: { ifmap: number; filter: number; ofmap: number };
  /** Off-chip bytes/s. */
  bandwidth: number;
}

/** A processor known by its peaks: it is bound by either arithmetic or memory. SI units. */
export interface RooflineDevice {
  kind: 'roofline';
  /** Operations/s; a multiply-accumulate is two. */
  peak: { int4?: number; int8?: number; fp16?: number; fp32: number };
  /** Share of the peak that an operator reaches, 0..1. */
  efficiency: { default: number; Conv?: number; DepthwiseConv?: number; Gemm?: number; MatMul?: number };
  /** Seconds per layer for dispatch. */
  overhead: number;
  /** Bytes/s. */
  bandwidth: number;
}

export type Device = SystolicDevice | RooflineDevice;

/** Bits of one element of each operand. */
export interface OperandBits {
  weights: number;
  input: number;
  output: number;
  /** Runs in floating point, whatever the bits. */
  float?: boolean;
}

/** What a network preset says of a link. SI units. */
export interface Link {
  /** Bits/s. */
  uplink: number;
  downlink: number;
  /** Seconds from a request of one byte to its answer. */
  rtt: number;
  /** Bytes around one message (request line, headers), either way. */
  messageOverhead: number;
  /** Bytes of a full packet, its headers included. */
  mtu?: number;
  /** Bytes of headers in a packet. */
  packetOverhead?: number;
}
