import type { ElementType } from '../onnx/graph.js';

/** How an image becomes a tensor; `preprocess` of the config. */
export interface Preprocess {
  /** `[width, height]` exactly, or one number: the short side. Undefined: as stored. */
  resize?: [number, number] | number;
  fit: 'fill' | 'cover' | 'contain';
  /** Centre crop after resizing: `[width, height]`. */
  crop?: [number, number];
  channels: 'rgb' | 'bgr' | 'grey';
  /** On the 0..255 scale, one per channel: value = (pixel - mean) / std. */
  mean: readonly number[];
  std: readonly number[];
  layout: 'nchw' | 'nhwc';
}

/** Where samples come from; a part of the resolved configuration has this shape. */
export interface SampleSource {
  kind: 'images' | 'inputs' | 'audio';
  /** Absolute paths, sorted. */
  files: readonly string[];
  /** The glob as written, for messages. */
  pattern: string;
  preprocess: Preprocess;
  /** Upper limit on samples used; Infinity where all are. */
  limit: number;
}

/** Types of a model input that samples can fill. */
export type SampleType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'bool';

/** `bool` is bytes of 0 and 1, `float16` its bit patterns. */
export type SampleData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

export interface SampleTensor {
  dtype: SampleType;
  /** The shape of the model input, batch included. */
  shape: number[];
  data: SampleData;
}

/** A model input as the graph declares it (a fact), before it is checked. */
export interface InputFact {
  name: string;
  dtype: ElementType | undefined;
  shape: readonly (number | string)[] | undefined;
}

/** A model input that samples can fill. */
export interface SampleInput {
  name: string;
  dtype: SampleType;
  shape: number[];
}

/**
 * How an input is stored natively: what a device sends if it sends its input unchanged. With `scale` and `zeroPoint` it
 * is unsigned codes of `bits` bits, value = scale * (code - zeroPoint), with one pair, or one per index of `axis` of
 * the input's shape. Without them elements travel unquantized, in `bits` bits each.
 */
export interface NativeEncoding {
  bits: number;
  scale?: number[];
  zeroPoint?: number[];
  axis?: number;
}

/** The 8-bit picture behind an input: codes of shape [1, C, H, W], C 1 or 3, in the model's order of channels. */
export interface SampleImage {
  codes: Uint8Array;
  shape: [number, number, number, number];
}

/** Samples that are pictures. `load(i)` of their set gives `toTensors(await decode(i))`. */
export interface SamplePictures {
  /** The pictures behind the inputs, by input name. Throws SAMPLES_INVALID. */
  decode(index: number): Promise<Record<string, SampleImage>>;
  /** The inputs of the model that decoded pictures are. */
  toTensors(pictures: Readonly<Record<string, SampleImage>>): Record<string, SampleTensor>;
}

/** Samples, opened but not loaded. */
export interface SampleSet {
  count: number;
  /** A stable name per sample: the file relative to the common folder, with `#index` for a sample of a stack. */
  names: string[];
  /** Names of all samples found, those beyond `limit` too. */
  available: string[];
  /** Native storage by input name. */
  source: Record<string, NativeEncoding>;
  /** Throws SAMPLES_INVALID where the file is broken, does not fit the input, or holds NaN or infinity. */
  load(index: number): Promise<Record<string, SampleTensor>>;
  /** Present where samples are pictures. */
  pictures?: SamplePictures;
}
