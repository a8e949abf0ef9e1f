/** A feed as a byte range of a file. */
export interface FeedEntry {
  name: string;
  dtype: string;
  shape: number[];
  offset: number;
  length: number;
}

/** Arguments of the tasks of worker.ts. Paths are absolute. */
export interface TaskArguments {
  /** Writes `model`, optimised at level basic, to `output` with its weights in `dataFile` in the same folder. */
  optimise: { model: string; output: string; dataFile: string };
  /** Loads `model` without running it. */
  describe: { model: string };
  /** Runs `model` once. */
  probe: { model: string; feeds: { file: string; entries: FeedEntry[] } };
  /**
   * Writes `model`, fully optimised for this machine, to `output` with its weights in `dataFile` in the same folder.
   */
  compile: { model: string; output: string; dataFile: string };
  /** Times `model` without and with the profiler, which writes to the empty folder `profiles`. */
  measure: {
    model: string;
    feeds: { file: string; entries: FeedEntry[] };
    threads: number;
    effort: MeasureEffort;
    profiles: string;
  };
}

/** Runs of a model: for `seconds`, but at least `minRuns` and at most `maxRuns` times. */
export interface MeasureEffort {
  seconds: number;
  minRuns: number;
  maxRuns: number;
}

/** One node of the graph that onnxruntime runs. */
export interface KernelTimes {
  name: string;
  /** One value per run. */
  seconds: number[];
}

/** Results of the tasks of worker.ts. */
export interface TaskResults {
  optimise: Record<string, never>;
  /** Type and shape that onnxruntime infers for each tensor output; an unknown rank is `[]`. */
  describe: { name: string; dtype: string; shape: (number | string)[] }[];
  /** Type and shape of each tensor output in that run. */
  probe: { name: string; dtype: string; shape: number[] }[];
  compile: Record<string, never>;
  /** Seconds of each run without the profiler, and of each kernel in each run with it. */
  measure: { runs: number[]; kernels: KernelTimes[] };
}

export type Request = { [Name in keyof TaskArguments]: { task: Name; args: TaskArguments[Name] } }[keyof TaskArguments];

export type Reply = { ok: true; result: TaskResults[keyof TaskResults] } | { ok: false; message: string };
