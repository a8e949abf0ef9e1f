import type { ResolvedConfig } from './config/resolved.js';
import { type Gauge, openGauge } from './gauge.js';
import { choose, type Prepared, planPrepared, prepare } from './pipeline.js';
import type { Plan } from './planner/problem.js';
import type { RunOptions } from './stage.js';
import { AutosplitError } from './util/error.js';

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
export interface AnswerContext extends RunOptions {
  /** Measures plans for real; with `measured` alone. */
  gauge?: Gauge;
}

/**
 * Works on the plan of a config. With `measured` it is the plan that `build` would take by measured accuracy; its error is then the limit
 * for all others, so that they are as accurate.
 */
export async function withAnswer<T>(
  config: ResolvedConfig,
  options: RunOptions & { measured: boolean },
  work: (answer: Solved | Refused, context: AnswerContext) => Promise<T> | T,
): Promise<T> {
  const prepared = await prepare(config, options);
  const gauge = options.measured ? await openGauge(prepared, options) : undefined;
  try {
    return await work(await answerOf(prepared, options, gauge), { ...options, ...(gauge && { gauge }) });
  } finally {
    await gauge?.close();
  }
}

async function answerOf(prepared: Prepared, options: RunOptions, gauge: Gauge | undefined): Promise<Solved | Refused> {
  try {
    const planned = await planPrepared(prepared, options);
    if (!gauge) return { ...prepared, plan: planned.plans[0] };
    const { plan } = await choose(planned, gauge, options);
    return { ...prepared, plan, problem: { ...prepared.problem, limits: { ...prepared.problem.limits, error: plan.error } } };
  } catch (error) {
    if (error instanceof AutosplitError && error.code === 'INFEASIBLE') return { ...prepared, plan: undefined, refusal: error };
    throw error;
  }
}
