import type { SourceLocation } from '../util/error.js';
import type { Effort } from './effort-level.js';
import type { LatencyTable } from './latency-table.js';
import type { LinkPreset, PresetOrigin, ResolvedDevice, SourcedNumber } from './preset.js';
import type { Metric } from './schema.gen.js';
import type { RateTrace } from './trace.js';

export type { CloudPreset, EdgePreset, LinkPreset } from './preset.js';

/** How an image becomes a tensor; see DESIGN section 3 for the meaning of each key. */
export interface ResolvedPreprocess {
  /** `[width, height]` exactly, or one number: the short side. Undefined: as stored. */
  resize?: [number, number] | number;
  fit: 'fill' | 'cover' | 'contain';
  /** Centre crop after resizing: `[width, height]`. */
  crop?: [number, number];
  channels: 'rgb' | 'bgr' | 'grey';
  /** On the 0..255 scale, one per channel: value = (pixel - mean) / std. */
  mean: number[];
  std: number[];
  layout: 'nchw' | 'nhwc';
}

export interface ResolvedSamples {
  kind: 'images' | 'inputs' | 'audio';
  /** Absolute paths, sorted by their relative name. */
  files: string[];
  /** The glob as written, for messages. */
  pattern: string;
  preprocess: ResolvedPreprocess;
  /** Upper limit on samples used; Infinity where all are. */
  limit: number;
}

/** A built-in metric; options mean what schemas/config.schema.json says. */
export type NamedMetric = Metric;

export interface ResolvedValidation extends ResolvedSamples {
  /** Absolute path of the CSV, or of the boxes; undefined where the metric needs none. */
  labels?: string;
  /** Absolute paths of what the labels name: masks, pictures, arrays, files of boxes. */
  labelFiles: string[];
  /** A built-in, with its options, or the absolute path of a module. */
  metric: NamedMetric | { module: string };
}

/** `auto`: whatever fits the samples; the plan decides. */
export type InputEncoding = 'auto' | 'raw' | 'png' | `jpeg:${number}` | `webp:${number}`;

export type ResolvedSplit = 'auto' | 'edge-only' | 'cloud-only' | { after: string[] };

export interface ResolvedConstraints {
  /** Fraction, 0.01 = one point. Undefined: the default rule of select/. */
  accuracyDrop?: number;
  latencySeconds?: number;
  error?: number;
  energyJoules?: number;
  costDollars?: number;
  /** Bytes of the edge side's model on disk. */
  diskBytes?: number;
}

/**
 * What is made small: seconds, joules of the edge, US dollars of one inference, seconds between two; or a weighted sum.
 */
export type ResolvedObjective =
  | 'latency'
  | 'energy'
  | 'cost'
  | 'error'
  | 'throughput'
  | { latency?: number; energy?: number; cost?: number };

/** A target that a package or a file of the project defines. It is found here, and run where it is used. */
export interface TargetModule {
  /** What is imported, and the folder that it is imported from: the name of a package, or an absolute path. */
  specifier: string;
  from: string;
  /** Of its package.json, where it is a package. */
  name?: string;
  version?: string;
  /** Folder of the package, or of the file. */
  folder: string;
  /** Absolute paths of all that its digest is made of: the file, or whatever lies in the package. */
  files: string[];
  /** Where the config names it. */
  location: SourceLocation;
}

/**
 * Everything the stages need: paths absolute, units SI (bytes, seconds, bits per second), presets merged. One per
 * build.
 */
export interface ResolvedConfig {
  /** `default`, or the key in `builds`. */
  name: string;
  /** Absolute path of the config file, and its folder. */
  file: string;
  root: string;
  /** Absolute paths of all files that the config was read from: itself, what it extends, presets. */
  read: string[];
  model: { path: string; inputs: Record<string, number[]> };
  calibration: ResolvedSamples;
  validation?: ResolvedValidation;
  edge: {
    preset: ResolvedDevice['edge'];
    origin?: PresetOrigin;
    /** Where each number comes from. */
    sources: SourcedNumber[];
    /** In place of the cost model of the preset. */
    latency?: LatencyTable;
    memoryBytes: number;
    /** As the config names it; a path is relative to the root. */
    target: string;
    /** Where it comes from, unless from autosplit. */
    targetModule?: TargetModule;
    bits: { weights: number[]; activations: number[]; wire: number[] };
  };
  link: {
    /** Rates and round trip are medians; cost/percentile.ts gives those to plan with. */
    preset: LinkPreset;
    origin?: PresetOrigin;
    sources: SourcedNumber[];
    /** In 1..99; 50 is the median. */
    percentile: number;
    trace?: RateTrace;
  };
  cloud: {
    preset: ResolvedDevice['cloud'];
    origin?: PresetOrigin;
    sources: SourcedNumber[];
    latency?: LatencyTable;
    target: string;
    targetModule?: TargetModule;
  };
  input: { encoding: InputEncoding };
  deliver: 'edge' | 'cloud';
  objective: ResolvedObjective;
  constraints: ResolvedConstraints;
  /** Share of the objective that does not count: within it the more accurate plan is taken. */
  tolerance: number;
  /**
   * `relative`: mean squared error over mean square, summed; `mse`: the paper's summed MSE. `constraints.error` is in
   * the same unit.
   */
  errorModel: 'relative' | 'mse' | 'output';
  /** What may be spent: {@link EFFORT}. */
  effort: Effort;
  /** Steps that it leaves out, in words. */
  skipped: string[];
  quantization: {
    equalize: boolean;
    rounding: 'gptq' | 'nearest';
    biasCorrection: boolean;
    activationRanges: ('mse' | 'percentile' | 'kl')[];
  };
  split: ResolvedSplit;
  /** Absolute folder of this build's bundle. */
  output: string;
}
