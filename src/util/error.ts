/** Every code an {@link AutosplitError} can carry; documented in docs/errors.md. */
export const ERROR_CODES = {
  CONFIG_NOT_FOUND: 'no configuration file was found',
  CONFIG_SYNTAX: 'the configuration file cannot be parsed',
  CONFIG_INVALID: 'the configuration has unknown keys, wrong units or impossible values',
  PRESET_NOT_FOUND: 'a preset name is not known',
  PRESET_INVALID: 'a preset file is not valid',
  MODEL_NOT_FOUND: 'the model file does not exist or cannot be read',
  MODEL_INVALID: 'the ONNX file is broken or breaks the ONNX specification',
  MODEL_UNSUPPORTED: 'the ONNX file is valid but uses what autosplit or onnxruntime cannot run',
  EXTERNAL_DATA: 'external data is missing, too short or outside the folder of the model',
  SHAPE_UNKNOWN: 'an input dimension is symbolic and nothing fixes it',
  SAMPLES_NOT_FOUND: 'a glob of samples or labels matches nothing',
  SAMPLES_INVALID: 'a sample cannot be decoded or does not fit the input of the model',
  LABELS_INVALID: 'the label file cannot be read or does not match the samples',
  METRIC_INVALID: 'the metric module cannot be loaded or returns something other than 0..1',
  COSTS_INVALID: 'a cost table or a planning problem is missing numbers, or has negative or non-finite ones',
  CUT_INVALID: 'the pinned tensors do not form a cut of the model',
  TARGET_INVALID: 'a target is not known or cannot run the plan',
  INFEASIBLE: 'no plan meets the constraints',
  SOLVER_FAILED: 'the integer programming solver HiGHS failed or ended without an answer',
  INFERENCE_FAILED: 'onnxruntime failed or did not return in time',
  VERIFICATION_FAILED: 'the generated bundles do not reproduce the in-process result',
  BUNDLE_MISSING: 'there is no bundle where one is expected',
  BUNDLE_STALE: 'the committed bundle is not what the inputs give',
  OUTPUT_UNSAFE: 'the output folder holds files that autosplit did not write',
  OUTPUT_FAILED: 'the output folder cannot be written',
  GIT_FAILED: 'git cannot say what a commit holds',
  USAGE: 'the command line is wrong',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Place of an error in a file of the user; lines and columns count from 1. */
export interface SourceLocation {
  /** Path of the file, or an option of the command line such as `--memory`. */
  file: string;
  line?: number;
  column?: number;
  /** The offending lines with a pointer, ready to print. */
  frame?: string;
}

export interface AutosplitErrorOptions {
  hint?: string;
  location?: SourceLocation;
  cause?: unknown;
  /** All problems of one file, where more than one was found; the first is the error itself. */
  problems?: AutosplitError[];
}

/** The error class for everything that a user can cause or fix. */
export class AutosplitError extends Error {
  override readonly name = 'AutosplitError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly location: SourceLocation | undefined;
  readonly problems: AutosplitError[];

  constructor(code: ErrorCode, message: string, options: AutosplitErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.location = options.location;
    this.problems = options.problems ?? [];
  }

  /** Exit code: 1 for a negative answer to valid input, 2 for invalid input. */
  get exitCode(): 1 | 2 {
    const answers: readonly ErrorCode[] = ['INFEASIBLE', 'VERIFICATION_FAILED', 'BUNDLE_MISSING', 'BUNDLE_STALE'];
    return answers.includes(this.code) ? 1 : 2;
  }
}
