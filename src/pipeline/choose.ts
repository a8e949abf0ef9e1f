import { EFFORT } from '../config/effort.js';
import type { Progress } from '../progress/index.js';
import { accuracyLimit, type Selection, type SelectionOptions, selectPlan } from '../select/index.js';
import { noCache } from '../util/cache.js';
import type { Planned } from './artefacts.js';
import { fittedKey, selectionKey } from './keys.js';
import type { RunOptions } from './options.js';
import type { PlanEvaluator } from './plan-evaluator.js';

/** quantize -> evaluate -> select: the plan that is built, by measured accuracy. */
export async function choose(
  planned: Planned,
  planEvaluator: PlanEvaluator,
  { run, cache = noCache }: RunOptions,
): Promise<Selection> {
  const { everyAlternative } = EFFORT[planned.config.effort];
  const select = (progress: Progress) =>
    selectPlan({
      ...questionOf(planned),
      everyAlternative,
      model: planned.dropModel,
      measure: (plan, limit) => planEvaluator.measure(plan, limit, progress),
    });
  const key = await selectionKeyOf(planned);
  return run('Quantize and measure plans', (progress) => cache.remember('selection', key, () => select(progress)));
}

/** The result of an earlier {@link choose} for the same problem, from the cache. */
export const knownSelection = async (
  planned: Planned,
  { cache = noCache }: RunOptions,
): Promise<Selection | undefined> => cache.find('selection', await selectionKeyOf(planned));

const questionOf = ({
  config,
  scorer,
  problem,
}: Planned): Omit<SelectionOptions, 'model' | 'measure' | 'everyAlternative'> => ({
  problem,
  ...accuracyLimit(config, scorer),
  tolerance: config.tolerance,
  budget: EFFORT[config.effort].measuredPlans,
});

async function selectionKeyOf(planned: Planned): Promise<unknown> {
  const { loaded, config, targets, scorer, fitting } = planned;
  return selectionKey(await fittedKey(loaded, config, targets.edge, fitting), config, scorer, questionOf(planned));
}
