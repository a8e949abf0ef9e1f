import type { Bundle } from '../bundle/index.js';
import { targetsOf } from '../bundle/targets.js';
import type { ResolvedConfig } from '../config/resolved.js';
import type { PlanDocument } from '../documents/plan.js';
import { make, plan } from '../pipeline/index.js';
import type { RunOptions } from '../pipeline/options.js';
import { proveAndWrite } from '../pipeline/prove.js';
import { checkTarget, contentLength } from '../util/files.js';
import { inOrder } from '../util/in-order.js';
import type { Verification } from '../verify/index.js';
import { requirePackages } from '../verify/packages.js';
import type { CommandOptions, WorkOptions } from './options.js';
import { configsOf, eachBuild, withRun } from './run.js';

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
  /** What is lost, if no plan meets the default accuracy limit. */
  warning?: string;
}

/** A result with the parts of the bundle that summaries show. */
export interface Built {
  result: BuildResult;
  bundle: Pick<Bundle, 'spec' | 'manifest'>;
}

/** Builds every build of a config. All are checked before the first one starts. */
export async function* builds(options: WorkOptions & CommandOptions): AsyncGenerator<Built> {
  const configs = await configsOf(options);
  await inOrder(configs, checkBuildable);
  yield* eachBuild(configs, options, buildOne);
}

/** Builds one loaded config. */
export async function buildConfig(config: ResolvedConfig, options: WorkOptions): Promise<Built> {
  await checkBuildable(config);
  return withRun(config, 1, options, (run) => buildOne(config, run));
}

/** Refuses a missing package or a foreign output folder before minutes of work. */
async function checkBuildable(config: ResolvedConfig): Promise<void> {
  requirePackages((await targetsOf(config)).edge, config.root);
  await checkTarget(config.output);
}

async function buildOne(config: ResolvedConfig, run: RunOptions): Promise<Built> {
  const planned = await plan(config, run);
  const made = await make(planned, run);
  const { verification, bundle } = await proveAndWrite(planned, made, run);
  const files = [...bundle.files].map(([path, content]) => ({ path, bytes: contentLength(content) }));
  const { warning } = made.selection;
  const result = {
    build: config.name,
    output: config.output,
    plan: made.document,
    verification,
    files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
    ...(warning !== undefined && { warning }),
  };
  return { result, bundle };
}
