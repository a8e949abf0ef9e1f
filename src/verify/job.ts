import type { PortType, SplitSpec } from '../runtime/spec.js';

/** A tensor as plain data: row-major little-endian bytes. */
export interface PlainTensor {
  dtype: PortType;
  shape: number[];
  bytes: Uint8Array;
}

/** Inputs of the model by name. */
export type Sample = Record<string, PlainTensor>;

/** Input of the edge driver. */
export interface DriverJob {
  /** Absolute path of the module of the edge side, or answers of a program, which the driver sends to the cloud side. */
  edge: { module: string } | { answers: Answer[] };
  /** Address of the cloud side; undefined where there is none. */
  cloud: string | undefined;
  spec: SplitSpec;
  samples: Sample[];
  timeoutSeconds: number;
}

/** Results of an edge side for one sample: packed codes by crossing tensor before encoding, and its own outputs. */
export interface Answer {
  wire: Record<string, Uint8Array>;
  outputs: Record<string, Uint8Array>;
}

/** By sample: crossing tensors as the cloud model reads them (packed codes, or bytes as they are), and all outputs. */
export type DriverResult = { wire: Record<string, Uint8Array>; outputs: Record<string, PlainTensor> }[];
