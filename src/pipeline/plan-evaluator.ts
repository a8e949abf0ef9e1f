import type { Evaluation } from '../evaluate/evaluation.js';
import { evaluateSplit, floatReference } from '../evaluate/index.js';
import { openSplit } from '../evaluate/run.js';
import { openModel } from '../inference/session.js';
import type { Plan } from '../planner/core/problem.js';
import { counter, type Progress } from '../progress/index.js';
import type { IntegerWeights } from '../ptq/weights.js';
import { decisionOf } from '../quantize/decision.js';
import { type QuantizedSplit, quantizeSplit } from '../quantize/index.js';
import { type KeptWeights, refineWeights } from '../quantize/refine.js';
import { accuracyLimit } from '../select/index.js';
import { boundedMap } from '../util/bounded.js';
import { type Cache, noCache } from '../util/cache.js';
import type { Prepared } from './artefacts.js';
import { evaluationKey, fittedKey, scorerKey } from './keys.js';
import type { RunOptions } from './options.js';

/** Measures the accuracy of plans by running them. */
export interface PlanEvaluator {
  /** Quantizes a plan and runs it on the samples. With a limit, it stops early on a plan that clearly exceeds it. */
  measure(plan: Plan, limit: number | null, progress: Progress): Promise<Evaluation>;
  quantize(plan: Plan, progress: Progress): Promise<QuantizedSplit>;
  close(): Promise<void>;
}

/** Runs the float model, with which every plan is compared. */
export async function openPlanEvaluator(
  { config, targets, loaded, scorer, profile, problem, fitting }: Prepared,
  { run, workDir, threads, cache = noCache }: RunOptions,
): Promise<PlanEvaluator> {
  const scored = await scorerKey(config, scorer);
  const fitted = await fittedKey(loaded, config, targets.edge, fitting);
  const reference = await run('Run the float model', (progress) =>
    floatReference(
      () => openModel(loaded.model, workDir, 'float', { threads, quantizers: 'asWritten' }),
      scorer,
      (compute) => cache.remember('float', { model: loaded.key, samples: scored.samples }, compute),
      counter(progress),
    ),
  );
  const kept = keptWeights(cache, fitted);
  const quantize = async (plan: Plan, progress: Progress) => {
    const decision = decisionOf(plan, problem);
    const steps = config.quantization;
    const weights = await refineWeights(decision, {
      ...loaded,
      profile,
      samples: fitting,
      steps,
      kept,
      workDir,
      threads,
      progress,
    });
    return quantizeSplit(decision, { ...loaded, profile, weights });
  };
  return {
    quantize,
    measure: async (plan, limit, progress) => {
      const decision = decisionOf(plan, problem);
      const key = evaluationKey(fitted, decision, scored, limit);
      return evaluateSplit(
        async () => openSplit(await quantize(plan, progress), workDir, threads),
        scorer,
        reference,
        limit,
        (compute) => cache.remember('evaluation', key, compute),
        counter(progress),
      );
    },
    close: () => reference.close(),
  };
}

/**
 * The accuracy of a plan, if it was measured before with the same limit, for any link or device. Runs neither side of
 * the split.
 */
export async function knownEvaluation(
  prepared: Prepared,
  plan: Plan,
  options: RunOptions,
): Promise<Evaluation | undefined> {
  const { config, scorer, problem, loaded, targets, fitting } = prepared;
  const { cache = noCache } = options;
  const { limit } = accuracyLimit(config, scorer);
  const fitted = await fittedKey(loaded, config, targets.edge, fitting);
  const key = evaluationKey(fitted, decisionOf(plan, problem), await scorerKey(config, scorer), limit);
  if ((await cache.find('evaluation', key)) === undefined) return undefined;
  const planEvaluator = await openPlanEvaluator(prepared, options);
  return planEvaluator.measure(plan, limit, () => {}).finally(() => planEvaluator.close());
}

/** Limit in bytes for weights held in memory while plans are measured. */
const KEPT_BYTES = 256 * 2 ** 20;

function keptWeights(cache: Cache, fitted: object): KeptWeights {
  const held = boundedMap<IntegerWeights>(KEPT_BYTES, ({ codes, scales }) => codes.byteLength + 4 * scales.byteLength);
  return {
    fitted,
    async find(key) {
      const weights = held.get(key) ?? (await cache.find<IntegerWeights>('weights', key));
      if (weights) held.set(key, weights);
      return weights;
    },
    async keep(key, weights) {
      held.set(key, weights);
      await cache.remember('weights', key, async () => weights);
    },
  };
}
