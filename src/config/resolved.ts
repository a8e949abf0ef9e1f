import type { SourceLocation } from '../util/error.js';
import type { Effort } from './effort-level.js';
import type { LatencyTable } from './latency-table.js';
import type { LinkPreset, PresetOrigin, ResolvedDevice, SourcedNumber } from './preset.js';
import type { Metric } from './schema.gen.js';
import type { RateTrace } from './trace.js';

export type { LinkPreset } from './preset.js';

/** How an image becomes a tensor; schemas/config.schema.json describes each key. */
export interface ResolvedPreprocess {
  /** `[width, height]`, or the length of the short side. Undefined: no resizing. */
  resize?: [number, number] | number;
  fit: 'fill' | 'cover' | 'contain';
  /** Centre crop after resizing: `[width, height]`. */
  crop?: [number, number];
  channels: 'rgb' | 'bgr' | 'grey';
  /** On the scale 0..255, one per channel: value = (pixel - mean) / std. */
  mean: number[];
  std: number[];
  layout: 'nchw' | 'nhwc';
}

export interface ResolvedSamples {
  kind: 'images' | 'inputs' | 'audio';
  /** Absolute paths, sorted by their relative paths. */
  files: string[];
  /** The glob as written, for messages. */
  pattern: string;
  preprocess: ResolvedPreprocess;
  /** Most samples to use; Infinity for all. */
  limit: number;
}

/** A built-in metric; schemas/config.schema.json describes its options. */
export type NamedMetric = Metric;

export interface ResolvedValidation extends ResolvedSamples {
  /** Absolute path of the labels: a CSV, COCO JSON or folder of boxes. Undefined if the metric needs none. */
  labels?: string;
  /** Absolute paths of the files that the labels name: masks, pictures, arrays, boxes. */
  labelFiles: string[];
  /** A built-in metric with its options, or the absolute path of a module. */
  metric: NamedMetric | { module: string };
}

/** `auto`: the planner chooses among all encodings that fit the samples. */
export type InputEncoding = 'auto' | 'raw' | 'png' | `jpeg:${number}` | `webp:${number}`;

export type ResolvedSplit = 'auto' | 'edge-only' | 'cloud-only' | { after: string[] };

export interface ResolvedConstraints {
  /** Fraction: 0.01 is one point. Undefined: the default of select/. */
  accuracyDrop?: number;
  latencySeconds?: number;
  error?: number;
  energyJoules?: number;
  costDollars?: number;
  /** Bytes of the edge side's model on disk. */
  diskBytes?: number;
}

/**
 * The quantity to minimise: seconds, joules of the edge or US dollars per inference, predicted error, seconds between
 * two inferences (throughput); or a weighted sum.
 */
export type ResolvedObjective =
  | 'latency'
  | 'energy'
  | 'cost'
  | 'error'
  | 'throughput'
  | { latency?: number; energy?: number; cost?: number };

/** A target that a package or a file of the project defines. config/ finds it but does not run it. */
export interface TargetModule {
  /** The module to import, a package name or an absolute path, and the folder to import it from. */
  specifier: string;
  from: string;
  /** Name and version in its package.json, if it is a package. */
  name?: string;
  version?: string;
  /** Folder of the package, or of the file. */
  folder: string;
  /** Absolute paths of the digested files: the file, or all files of the package. */
  files: string[];
  /** Place in the config that names it. */
  location: SourceLocation;
}

/**
 * A config as the stages use it: absolute paths, SI units (bytes, seconds, bits per second), presets merged. One per
 * build.
 */
export interface ResolvedConfig {
  /** `default`, or the key in `builds`. */
  name: string;
  /** Absolute path of the config file, and its folder. */
  file: string;
  root: string;
  /** Absolute paths of all files that were read: the config, the configs that it extends, presets. */
  read: string[];
  model: { path: string; inputs: Record<string, number[]> };
  calibration: ResolvedSamples;
  validation?: ResolvedValidation;
  edge: {
    preset: ResolvedDevice['edge'];
    origin?: PresetOrigin;
    /** The source of each number. */
    sources: SourcedNumber[];
    /** Replaces the cost model of the preset. */
    latency?: LatencyTable;
    memoryBytes: number;
    /** Name, or path relative to the root. */
    target: string;
    /** Undefined for a target of autosplit. */
    targetModule?: TargetModule;
    bits: { weights: number[]; activations: number[]; wire: number[] };
  };
  link: {
    /** Rates and round trip are medians; cost/percentile.ts converts them to the percentile. */
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
  /** Within this share of the objective, the more accurate plan is chosen. */
  tolerance: number;
  /**
   * What is summed as the predicted error: `output`, the loss at the model's outputs; `relative`, mean squared error
   * over mean square; `mse`, mean squared error as in Auto-Split. `constraints.error` has the same unit.
   */
  errorModel: 'relative' | 'mse' | 'output';
  /** Sets the budgets in effort.ts. */
  effort: Effort;
  /** Steps that the effort skips, in words. */
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
