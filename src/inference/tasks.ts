/** A feed as a range of the file of feeds. */
export interface FeedEntry {
  name: string;
  dtype: string;
  shape: number[];
  offset: number;
  length: number;
}

/** What each isolated task takes. Paths are absolute. */
export interface TaskArguments {
  /** Optimises `model` at level basic into `output` and, beside it, `dataFile`. */
  optimise: { model: string; output: string; dataFile: string };
  /** Loads `model` without running it. */
  describe: { model: string };
  /** Runs `model` once. */
  probe: { model: string; feeds: { file: string; entries: FeedEntry[] } };
  /**
   * Optimises `model` as for running it, kernels of this machine included, into `output` and, beside it, `dataFile`.
   */
  compile: { model: string; output: string; dataFile: string };
  /** Times `model`, without the profiler and with it; `profiles` is an empty folder for it to write to. */
  measure: {
    model: string;
    feeds: { file: string; entries: FeedEntry[] };
    threads: number;
    effort: MeasureEffort;
    profiles: string;
  };
}

/** How often a model is run: as long as `seconds` last, within these bounds. */
export interface MeasureEffort {
  seconds: number;
  least: number;
  most: number;
}

/** One node of the graph that onnxruntime runs. */
export interface KernelTimes {
  name: string;
  /** Of each run. */
  seconds: number[];
}

/** What each isolated task gives. */
export interface TaskResults {
  optimise: Record<string, never>;
  /** What onnxruntime infers for each output that is a tensor; where it does not know the rank, it says `[]`. */
  describe: { name: string; dtype: string; shape: (number | string)[] }[];
  /** What each output that is a tensor turned out to be. */
  probe: { name: string; dtype: string; shape: number[] }[];
  compile: Record<string, never>;
  /** Seconds of each run without the profiler, and of each kernel in each run with it. */
  measure: { runs: number[]; kernels: KernelTimes[] };
}

export type Request = { [Name in keyof TaskArguments]: { task: Name; args: TaskArguments[Name] } }[keyof TaskArguments];

export type Reply = { ok: true; result: TaskResults[keyof TaskResults] } | { ok: false; message: string };
