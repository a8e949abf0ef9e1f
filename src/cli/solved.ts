import type { ResolvedConfig } from '../config/resolved.js';
import { projectCache } from '../pipeline/cache.js';
import { listrStages, withWorkDir } from '../progress/terminal.js';
import { type AnswerContext, type Refused, type Solved, withAnswer } from '../whatif/index.js';
import type { CachedOptions, SolverOption } from './options.js';

export interface SolvedOptions extends CachedOptions, Partial<SolverOption> {
  measured: boolean;
}

/**
 * Works on the plan of a config, and shows what is done.
 * @throws AutosplitError INFEASIBLE among others
 */
export function withSolved<T>(
  config: ResolvedConfig,
  options: SolvedOptions & { isOne: boolean },
  work: (solved: Solved, context: AnswerContext) => Promise<T> | T,
): Promise<T> {
  return withShownAnswer(config, options, (answer, context) => {
    if (!answer.plan) throw answer.refusal;
    return work(answer, context);
  });
}

/** The same for work that goes on where no plan meets the constraints. */
export function withShownAnswer<T>(
  config: ResolvedConfig,
  options: SolvedOptions & { isOne: boolean },
  work: (answer: Solved | Refused, context: AnswerContext) => Promise<T> | T,
): Promise<T> {
  const { measured, threads, solver, quiet, isOne } = options;
  const run = listrStages({ quiet, ...(!isOne && { build: config.name }) });
  const cache = projectCache(config.root, options.cache);
  return withWorkDir((workDir) => withAnswer(config, { run, workDir, threads, solver, cache, measured }, work));
}
