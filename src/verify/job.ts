import type { PortType, SplitSpec } from '../runtime/spec.js';

/** A tensor as plain data: row-major little-endian bytes. */
export interface PlainTensor {
  dtype: PortType;
  shape: number[];
  bytes: Uint8Array;
}

/** Inputs of the model by name. */
export type Sample = Record<string, PlainTensor>;

/** What the edge driver is told. */
export interface DriverJob {
  /**
   * Absolute path of the edge side, or what it has answered: then it is sent to the cloud side as an edge side would.
   */
  edge: { module: string } | { answers: Answer[] };
  /** Address of the cloud side; undefined where there is none. */
  cloud: string | undefined;
  spec: SplitSpec;
  samples: Sample[];
  timeoutSeconds: number;
}

/**
 * What an edge side made of a sample: packed codes by crossing tensor, before any encoding, and its share of the
 * outputs.
 */
export interface Answer {
  wire: Record<string, Uint8Array>;
  outputs: Record<string, Uint8Array>;
}

/**
 * Per sample: what arrived on the wire, as the cloud model reads it (packed codes, or bytes as they are), and all
 * outputs.
 */
export type DriverResult = { wire: Record<string, Uint8Array>; outputs: Record<string, PlainTensor> }[];
