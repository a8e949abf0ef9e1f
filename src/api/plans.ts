import type { ResolvedConfig } from '../config/resolved.js';
import type { CompareDocument } from '../documents/compare.js';
import type { ExplainDocument } from '../documents/explain.js';
import type { PlanDocument } from '../documents/plan.js';
import { alternativesTo } from '../pipeline/alternatives.js';
import { documentOf } from '../pipeline/document.js';
import { comparison } from '../whatif/comparison.js';
import { explanation } from '../whatif/explain.js';
import { type AnswerContext, type Refused, type Solved, withAnswer } from '../whatif/index.js';
import { parseSweep } from '../whatif/sweep-range.js';
import type { CommandOptions, CompareOptions, PlanOptions } from './options.js';
import { configsOf, eachBuild } from './run.js';

/** Plans every build; see `plan` in index.ts. */
export const plans = (options: PlanOptions & CommandOptions): AsyncGenerator<PlanDocument> =>
  answers(options, (answer) => {
    const solved = requireSolved(answer);
    return documentOf(solved, alternativesTo(solved, solved.known, solved.asAccurate), solved.known);
  });

/** Compares the plan of every build with other methods; see `compare` in index.ts. */
export async function* comparisons(options: CompareOptions & CommandOptions): AsyncGenerator<CompareDocument> {
  const { measured = false, sweep } = options;
  const range = sweep === undefined ? undefined : parseSweep(sweep);
  yield* answers(options, (answer, context) => comparison(answer, { measured, range }, context));
}

/** Explains every build: why this cut, and what would change it. */
export const explanations = (options: PlanOptions & CommandOptions): AsyncGenerator<ExplainDocument> =>
  answers(options, (answer) => explanation(requireSolved(answer)));

async function* answers<T>(
  options: PlanOptions & CommandOptions,
  work: (answer: Solved | Refused, context: AnswerContext) => Promise<T> | T,
): AsyncGenerator<T> {
  const { measured = false } = options;
  const configs: ResolvedConfig[] = await configsOf(options);
  yield* eachBuild(configs, options, (config, run) => withAnswer(config, { ...run, measured }, work));
}

/** @throws AutosplitError INFEASIBLE where no plan meets the constraints */
function requireSolved(answer: Solved | Refused): Solved {
  if (!answer.plan) throw answer.refusal;
  return answer;
}
