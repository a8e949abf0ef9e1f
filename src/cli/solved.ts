import { projectCache } from '../cache.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { type Gauge, openGauge } from '../gauge.js';
import { choose, type Prepared, planPrepared, prepare } from '../pipeline.js';
import type { Plan } from '../planner/problem.js';
import type { RunOptions } from '../stage.js';
import { listrStages, withWorkDir } from '../tasks.js';
import { AutosplitError } from '../util/error.js';
import type { CachedOptions, SolverOption } from './main.js';

export interface SolvedOptions extends CachedOptions, Partial<SolverOption> {
  measured: boolean;
}

/** The plan of a config and the problem that it answers. */
export interface Solved extends Prepared {
  plan: Plan;
}

/** A config without a plan, and why. */
export interface Refused extends Prepared {
  plan: undefined;
  refusal: AutosplitError;
}

/** What was opened on the way: it ends with the work that it was opened for. */
export interface SolvedContext extends RunOptions {
  /** With `measured` alone. */
  gauge?: Gauge;
}

/**
 * Works on the plan of a config. With `measured` it is the plan that `build` would take by measured accuracy; its error is then the limit
 * for all others, so that they are as accurate.
 *
 * @throws AutosplitError INFEASIBLE among others
 */
export function withSolved<T>(
  config: ResolvedConfig,
  options: SolvedOptions & { isOne: boolean },
  work: (solved: Solved, context: SolvedContext) => Promise<T> | T,
): Promise<T> {
  return withAnswer(config, options, (answer, context) => {
    if (!answer.plan) throw answer.refusal;
    return work(answer, context);
  });
}

/** The same for work that goes on where no plan meets the constraints. */
export function withAnswer<T>(
  config: ResolvedConfig,
  options: SolvedOptions & { isOne: boolean },
  work: (answer: Solved | Refused, context: SolvedContext) => Promise<T> | T,
): Promise<T> {
  const run = listrStages({ quiet: options.quiet, ...(!options.isOne && { build: config.name }) });
  return withWorkDir(async (workDir) => {
    const cache = projectCache(config.root, options.cache);
    const context = { run, workDir, threads: options.threads, solver: options.solver, cache };
    const prepared = await prepare(config, context);
    const gauge = options.measured ? await openGauge(prepared, context) : undefined;
    try {
      return await work(await answerOf(prepared, context, gauge), { ...context, gauge });
    } finally {
      await gauge?.close();
    }
  });
}

async function answerOf(prepared: Prepared, context: RunOptions, gauge: Gauge | undefined): Promise<Solved | Refused> {
  try {
    const planned = await planPrepared(prepared, context);
    if (!gauge) return { ...prepared, plan: planned.plans[0] };
    const { plan } = await choose(planned, gauge, context);
    return { ...prepared, plan, problem: { ...prepared.problem, limits: { ...prepared.problem.limits, error: plan.error } } };
  } catch (error) {
    if (error instanceof AutosplitError && error.code === 'INFEASIBLE') return { ...prepared, plan: undefined, refusal: error };
    throw error;
  }
}
