import { answerScale, dropModel } from '../evaluate/drop-model.js';
import { infeasible } from '../formulate/infeasible.js';
import { openModel } from '../inference/session.js';
import { front, frontier } from '../planner/analysis/front.js';
import { solveBy } from '../planner/index.js';
import { type DropModel, inverse } from '../select/calibration.js';
import { accuracyLimit } from '../select/index.js';
import { predictedPlan } from '../select/predicted.js';
import { noCache } from '../util/cache.js';
import type { Planned, Prepared } from './artefacts.js';
import { scorerKey } from './keys.js';
import type { RunOptions } from './options.js';

/**
 * Solves the planning problem: the bound, the front, and the plan that is predicted to hold the accuracy limit.
 * @throws AutosplitError INFEASIBLE where no plan meets the constraints
 */
export async function solve(prepared: Prepared, options: RunOptions): Promise<Planned> {
  const { run, solver = 'search' } = options;
  const { config, problem, scorer } = prepared;
  const model = await dropModelOf(prepared, options);
  return run('Search cut and bits', async () => {
    const { best, optimality, ...refused } = await solveBy(solver, problem);
    if (!best) throw infeasible({ best, optimality, ...refused });
    const errorBudget = inverse(model, accuracyLimit(config, scorer).limit);
    const predicted = predictedPlan(problem, errorBudget, config.tolerance, best);
    const plans = frontier(problem, front(problem, { best }));
    return { ...prepared, predicted, errorBudget, dropModel: model, frontier: plans, optimality, solver };
  });
}

/** Model of the drop that a predicted error causes. */
async function dropModelOf(
  { config, loaded, scorer }: Prepared,
  { workDir, threads, cache = noCache }: RunOptions,
): Promise<DropModel> {
  const { samples } = await scorerKey(config, scorer);
  const open = () => openModel(loaded.model, workDir, 'scale', { threads, quantizers: 'asWritten' });
  const scale = await cache.remember('scale', { model: loaded.key, samples, metric: scorer.metric }, () =>
    answerScale(open, scorer),
  );
  return dropModel(scorer, scale);
}
