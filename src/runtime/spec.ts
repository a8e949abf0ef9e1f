/**
 * The contract between the two sides of one split: embedded in both bundles, and the `wire` part of the manifest.
 * Plain data; imports nothing.
 */

export type PortType =
  | 'float32'
  | 'int64'
  | 'int32'
  | 'uint8'
  | 'int8'
  | 'bool'
  | 'float64'
  | 'uint16'
  | 'int16'
  | 'float16';

/** An input or output of the user's network. */
export interface Port {
  name: string;
  dtype: PortType;
  shape: number[];
}

/** One crossing tensor. */
export interface WireTensor {
  /** Name in the user's network. */
  name: string;
  shape: number[];
  dtype: PortType;
  /**
   * Bits of a code. 1..8: uint8 bytes, bit-packed little-endian first (code i is at bit i*bits of the stream);
   * 9..16 with a scale: uint16 codes in the tensor's own shape, not packed;
   * 32 (or the width of `dtype`) and no scale: the tensor travels as it is, no quantization.
   */
  bits: number;
  /**
   * value = scale * (code - zeroPoint); one value, or one per index of `axis`. Absent for tensors that travel
   * unquantized.
   */
  scale?: number[];
  zeroPoint?: number[];
  axis?: number;
  /**
   * Codec of the packed bytes, with its quality where it has one: `raw`, `deflate`, `jpeg:90`; see codecs/index.ts.
   */
  encoding: string;
  /** Bytes after packing, before entropy coding. */
  packedBytes: number;
  /** Input of the cloud model that takes the tensor, and its name on the wire. @default `name` */
  cloudInput?: string;
  /**
   * Where the tensor comes from: an output of the edge model (codes as uint8, or the tensor unquantized), or an input
   * of the network.
   */
  source:
    | {
        kind: 'output';
        name: string /** Maps 8-bit codes of the edge model to wire codes; absent where they are the same. */;
        codeMap?: number[];
      }
    | { kind: 'input' };
}

/** The split as both sides know it. */
export interface SplitSpec {
  version: 1;
  /** Name of the build; also the OIP model name. */
  name: string;
  decision: 'split' | 'edge-only' | 'cloud-only';
  /** Hex SHA-256 that both sides must share: see the manifest. */
  digest: string;
  inputs: Port[];
  outputs: Port[];
  wire: WireTensor[];
  /** Outputs the edge model computes itself. */
  edgeOutputs: string[];
  /** Outputs the cloud model computes. */
  cloudOutputs: string[];
  /** Side that needs the outputs. With `cloud` the edge still gets the outputs that it asks for. */
  deliver: 'edge' | 'cloud';
  /** The edge side: absent in cloud-only. */
  edge?: {
    model: string;
    /** Length of that file, for browsers, which show progress by it. */
    modelBytes?: number;
    /** External data of the skeleton: file and how its parts unpack; see edge/weights.ts. */
    weights: { file: string; bytes: number; parts: WeightPart[] };
    /** Inputs of the model that the edge model reads. */
    inputs: string[];
    /** Threads that the plan assumes of the device; 1 unless given. */
    threads?: number;
  };
  /** The cloud side; absent in edge-only. `threads` is what the plan assumes of the machine that runs it. */
  cloud?: { model: string; files: string[]; maxRequestBytes: number; threads?: number };
}

/** One initializer of the edge skeleton, as stored in weights.bin and as handed to onnxruntime. */
export interface WeightPart {
  name: string;
  /** Bits of a stored code for quantized weights (2 to 8: two's complement, packed), `raw` for anything else. */
  bits: number | 'raw';
  /** Byte range in weights.bin. */
  offset: number;
  length: number;
  /** Byte offset and length in the unpacked external data. */
  unpackedOffset: number;
  unpackedLength: number;
}
