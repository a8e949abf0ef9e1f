import type { ResolvedConfig } from '../config/resolved.js';
import { make, type Planned, plan } from '../pipeline.js';
import type { Plan } from '../planner/problem.js';
import { listrStages, withWorkDir } from '../tasks.js';
import type { CommonOptions, SolverOption } from './main.js';

export interface SolvedOptions extends CommonOptions, Partial<SolverOption> {
  measured: boolean;
}

/**
 * The plan of a config and the problem that it answers. With `measured` it is the plan that `build` would take by measured accuracy;
 * its error is then the limit for all others, so that they are as accurate.
 */
export function solvedPlan(config: ResolvedConfig, options: SolvedOptions, isOne: boolean): Promise<{ planned: Planned; plan: Plan }> {
  const run = listrStages({ quiet: options.quiet, ...(!isOne && { build: config.name }) });
  return withWorkDir(async (workDir) => {
    const context = { run, workDir, threads: options.threads, solver: options.solver };
    const planned = await plan(config, context);
    if (!options.measured) return { planned, plan: planned.plans[0] };
    const { chosen } = await make(planned, context);
    const { problem } = planned;
    return { planned: { ...planned, problem: { ...problem, limits: { ...problem.limits, error: chosen.plan.error } } }, plan: chosen.plan };
  });
}
