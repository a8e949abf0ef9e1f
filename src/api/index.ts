/**
 * What programs call: build, plan, compare, check. The command line and the plugin do the same through the rooms below.
 */

import { targetsOf } from '../bundle/targets.js';
import { type LoadOptions, loadConfig } from '../config/load.js';
import type { ResolvedConfig } from '../config/resolved.js';
import type { CompareDocument } from '../documents/compare.js';
import type { PlanDocument } from '../documents/plan.js';
import { checkBundle, recordedEffort } from '../freshness/index.js';
import { projectCache } from '../pipeline/cache.js';
import { documentOf } from '../pipeline/document.js';
import { make, plan as planConfig } from '../pipeline/index.js';
import type { RunOptions } from '../pipeline/options.js';
import { proveAndWrite } from '../pipeline/prove.js';
import type { SolverName } from '../planner/index.js';
import { type ProgressEvent, reportingStages } from '../progress/events.js';
import { withWorkDir } from '../progress/terminal.js';
import { checkTarget, contentLength } from '../util/files.js';
import { inOrder } from '../util/in-order.js';
import type { Verification } from '../verify/index.js';
import { requirePackages } from '../verify/packages.js';
import { comparison } from '../whatif/comparison.js';
import { withAnswer } from '../whatif/index.js';
import { parseSweep } from '../whatif/sweep-range.js';

/** Which config is worked on: the one found from `cwd` upwards, or the one named. */
export interface ConfigOptions extends Omit<LoadOptions, 'cwd' | 'flags' | 'effortOf'> {
  /** @default the folder of the process */
  cwd?: string;
}

/** How it is worked on. */
export interface WorkOptions extends ConfigOptions {
  /** Called as stages begin, go on and end. @default nobody is told */
  onProgress?: (event: ProgressEvent) => void;
  /** Threads inside one operator; results do not depend on it. @default onnxruntime decides */
  threads?: number;
  /** Who finds the plan: the own search, or HiGHS (slow). @default 'search' */
  solver?: SolverName;
  /** Keep what was computed, and use what was kept. @default true */
  cache?: boolean;
}

/** What is planned. */
export interface PlanOptions extends WorkOptions {
  /** Take the plan that `build` takes, by measured accuracy (slower). @default false */
  measured?: boolean;
}

/** What is compared. */
export interface CompareOptions extends PlanOptions {
  /**
   * Solve along a range too: `uplink=0.1..100Mbps`, `memory=256KiB..16MB` or `error=0.001..0.1`, with `:20` at 20
   * points. @default no range
   */
  sweep?: string;
}

/** A bundle that was written. */
export interface BuildResult {
  /** `default`, or the key in `builds`. */
  build: string;
  /** Absolute folder of the bundle. */
  output: string;
  /** The plan with the measured accuracy (schemas/plan.schema.json); seconds and bytes. */
  plan: PlanDocument;
  /** What both sides did as two processes. */
  verification: Verification;
  /** Files of the bundle, relative to `output`, sorted. */
  files: { path: string; bytes: number }[];
  /** Where no plan holds an accuracy that nobody asked for: what is lost. */
  warning?: string;
}

/** Whether a committed bundle is what its inputs give. */
export interface CheckResult {
  build: string;
  /** Absolute folder of the bundle. */
  output: string;
  fresh: boolean;
  /** Why not, a line each. */
  changes: string[];
}

/**
 * `autosplit build`: plans, quantizes, writes and verifies the bundles of a config, in the order of its builds. A
 * bundle is put in place as a whole, or the old one stays.
 * @throws AutosplitError any of {@link ERROR_CODES}; INFEASIBLE where no plan meets the constraints,
 * VERIFICATION_FAILED where the sides
 *   do not reproduce the result
 */
export async function build(options: WorkOptions = {}): Promise<BuildResult[]> {
  const configs = await configsOf(options);
  for (const config of configs) {
    requirePackages((await targetsOf(config)).edge, config.root);
    await checkTarget(config.output);
  }
  return inOrder(configs, (config) =>
    withRun(config, options, async (run) => {
      const planned = await planConfig(config, run);
      const made = await make(planned, run);
      const { verification, bundle } = await proveAndWrite(planned, made, run);
      const files = [...bundle.files].map(([path, content]) => ({ path, bytes: contentLength(content) }));
      const { warning } = made.selection;
      return {
        build: config.name,
        output: config.output,
        plan: made.document,
        verification,
        files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
        ...(warning !== undefined && { warning }),
      };
    }),
  );
}

/**
 * `autosplit plan`: cut, bits and predicted times of every build; nothing is written. It is the plan that `measured`
 * selects or that a build has selected before, from the cache; else the one that is predicted to hold the accuracy.
 * @throws AutosplitError INFEASIBLE where no plan meets the constraints, and whatever is wrong with the inputs
 */
export async function plan(options: PlanOptions = {}): Promise<PlanDocument[]> {
  const { measured = false } = options;
  return inOrder(await configsOf(options), (config) =>
    withRun(config, options, (run) =>
      withAnswer(config, { ...run, measured }, (answer) => {
        if (!answer.plan) throw answer.refusal;
        return documentOf(answer, answer.selection);
      }),
    ),
  );
}

/**
 * `autosplit compare`: the plan of every build beside the methods of the field, by the same accounting. With `sweep`, a
 * build without a plan is no error: `infeasible` says why, and the sweep where there is one.
 * @throws AutosplitError USAGE for a range that is none, INFEASIBLE where no plan meets the constraints, and whatever
 * is wrong with the inputs
 */
export async function compare(options: CompareOptions = {}): Promise<CompareDocument[]> {
  const { measured = false, sweep } = options;
  const range = sweep === undefined ? undefined : parseSweep(sweep);
  return inOrder(await configsOf(options), (config) =>
    withRun(config, options, (run) =>
      withAnswer(config, { ...run, measured }, (answer, context) => comparison(answer, { measured, range }, context)),
    ),
  );
}

/**
 * `autosplit check`: whether the bundle of every build is what its inputs give. Reads files, computes nothing.
 * @throws AutosplitError BUNDLE_MISSING where there is none
 */
export async function check(options: ConfigOptions = {}): Promise<CheckResult[]> {
  return inOrder(await configsOf({ ...options, effortOf: recordedEffort }), async (config) => {
    const changes = await checkBundle(config);
    return { build: config.name, output: config.output, fresh: changes.length === 0, changes };
  });
}

const configsOf = ({
  cwd = process.cwd(),
  ...options
}: ConfigOptions & Pick<LoadOptions, 'effortOf'>): Promise<ResolvedConfig[]> => loadConfig({ cwd, ...options });

function withRun<T>(config: ResolvedConfig, options: WorkOptions, work: (run: RunOptions) => Promise<T>): Promise<T> {
  const { threads, solver, cache = true, onProgress = () => {} } = options;
  return withWorkDir((workDir) =>
    work({
      run: reportingStages(config.name, onProgress),
      workDir,
      cache: projectCache(config.root, cache),
      ...(threads !== undefined && { threads }),
      ...(solver !== undefined && { solver }),
    }),
  );
}
