/**
 * The list of stages: plan, make, prove. artefacts.ts says what they hand on, plan-evaluator.ts measures plans by
 * running them, cache.ts and keys.ts keep what was computed between builds.
 */

import { makeBundle } from '../bundle/index.js';
import { targetsOf } from '../bundle/targets.js';
import { calibrateModel } from '../calibrate/index.js';
import { EFFORT, fittingSamples } from '../config/effort.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { checkTables } from '../cost/index.js';
import { answerScale, dropModel } from '../evaluate/drop-model.js';
import { openScorer } from '../evaluate/scorer.js';
import { planningProblem } from '../formulate/index.js';
import { infeasible } from '../formulate/infeasible.js';
import { inputDigests, metricImports } from '../freshness/inputs.js';
import { loadModel, pinnedTensors } from '../frontend/index.js';
import { openModel } from '../inference/session.js';
import { front, frontier } from '../planner/analysis/front.js';
import { solveBy } from '../planner/index.js';
import type { Progress } from '../progress/index.js';
import { sampleRoom } from '../samples/kept.js';
import { openSamples } from '../samples/open.js';
import { type DropModel, inverse } from '../select/calibration.js';
import { accuracyLimit, type Selection, selectPlan } from '../select/index.js';
import { predictedPlan } from '../select/predicted.js';
import { refuseEncoding, sharedBits } from '../targets/index.js';
import { noCache } from '../util/cache.js';
import type { Made, Planned, Prepared } from './artefacts.js';
import { documentOf } from './document.js';
import { fittedKey, outputsKey, profileParts, scorerKey, selectionKey } from './keys.js';
import type { RunOptions } from './options.js';
import { openPlanEvaluator, type PlanEvaluator } from './plan-evaluator.js';

/** config -> frontend -> calibrate -> cost -> formulate -> planner. */
export async function plan(config: ResolvedConfig, options: RunOptions): Promise<Planned> {
  return planPrepared(await prepare(config, options), options);
}

/** config -> frontend -> calibrate -> cost -> formulate: the planning problem. */
export async function prepare(
  config: ResolvedConfig,
  { run, workDir, threads, cache = noCache }: RunOptions,
): Promise<Prepared> {
  const targets = await targetsOf(config);
  refuseEncoding(config.input.encoding, targets.edge, targets.cloud);
  const bits = sharedBits(config.edge.bits, targets.edge);
  const loaded = await run('Read and optimise the network', (progress) => loadModel(config, workDir, progress, cache));
  checkTables(config, loaded.layers);
  const { samples, fitting, scorer } = await run('Open the samples', async () => {
    const { graph } = loaded.model;
    const room = sampleRoom();
    const calibration = room.keep(await openSamples(config.calibration, graph.inputs), config.calibration);
    const isWhole = calibration.count <= EFFORT[config.effort].calibrationSamples;
    const fitting = isWhole
      ? calibration
      : room.keep(await openSamples(fittingSamples(config), graph.inputs), config.calibration);
    const key = await outputsKey(loaded, config, calibration);
    const remember = <T>(compute: () => Promise<T>) => cache.remember('outputs', key, compute);
    const scorer = await openScorer({ config, ...loaded, calibration, workDir, threads, remember });
    const scored =
      scorer.samples === calibration ? calibration : room.keep(scorer.samples, config.validation ?? config.calibration);
    return { samples: calibration, fitting, scorer: { ...scorer, samples: scored } };
  });
  const profile = await run('Profile it over the samples', async (progress) => {
    const candidates = pinnedTensors(config, loaded);
    const options = {
      target: targets.edge,
      bits,
      inputEncoding: config.input.encoding,
      candidates,
      ranges: config.quantization.activationRanges,
      ...(config.errorModel === 'output' && { sensitivity: scorer.outputs }),
      sensitivityMacs: EFFORT[config.effort].sensitivityMacs || EFFORT.normal.sensitivityMacs,
    };
    const parts = await profileParts(loaded, config, fitting, cache);
    return calibrateModel({ ...loaded, ...options, samples: fitting, parts, workDir, threads, progress });
  });
  const problem = planningProblem({ config, targets, bits, graph: loaded.model.graph, ...loaded, profile });
  return { config, targets, loaded, samples, fitting, scorer, profile, problem };
}

/** The planner. */
export async function planPrepared(prepared: Prepared, options: RunOptions): Promise<Planned> {
  const { run, solver = 'search' } = options;
  const { config, problem, scorer } = prepared;
  const model = await dropModelOf(prepared, options);
  return run('Search cut and bits', async () => {
    const { best, optimality, ...refused } = await solveBy(solver, problem);
    if (!best) throw infeasible({ best, optimality, ...refused });
    const errorBudget = inverse(model, accuracyLimit(config, scorer.metric).limit);
    const plans = front(problem, { best });
    const predicted = predictedPlan(problem, errorBudget, config.tolerance, best);
    return {
      ...prepared,
      predicted,
      errorBudget,
      dropModel: model,
      frontier: frontier(problem, plans),
      optimality,
      solver,
    };
  });
}

/** How much accuracy a predicted error is expected to cost. */
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

/** quantize -> evaluate -> select. */
export async function choose(
  planned: Planned,
  planEvaluator: PlanEvaluator,
  { run, cache = noCache }: RunOptions,
): Promise<Selection> {
  const { config, scorer, problem } = planned;
  const select = (progress: Progress) =>
    selectPlan({
      problem,
      ...accuracyLimit(config, scorer.metric),
      tolerance: config.tolerance,
      budget: EFFORT[config.effort].measuredPlans,
      everyAlternative: EFFORT[config.effort].everyAlternative,
      model: planned.dropModel,
      measure: (plan, limit) => planEvaluator.measure(plan, limit, progress),
    });
  const key = await selectionKeyOf(planned);
  return run('Quantize and measure', (progress) => cache.remember('selection', key, () => select(progress)));
}

/** What `choose` has found for the same problem before; undefined where that is not known. */
export async function knownSelection(
  planned: Planned,
  { cache = noCache }: RunOptions,
): Promise<Selection | undefined> {
  return cache.find('selection', await selectionKeyOf(planned));
}

const selectionKeyOf = async ({ loaded, config, targets, scorer, problem, fitting }: Planned): Promise<unknown> =>
  selectionKey(await fittedKey(loaded, config, targets.edge, fitting), config, scorer, {
    problem,
    ...accuracyLimit(config, scorer.metric),
    tolerance: config.tolerance,
    budget: EFFORT[config.effort].measuredPlans,
  });

/** quantize -> evaluate -> select -> bundle; nothing is written outside `workDir`. */
export async function make(planned: Planned, options: RunOptions): Promise<Made> {
  const { config, loaded } = planned;
  const { run } = options;
  const planEvaluator = await openPlanEvaluator(planned, options);
  try {
    const selection = await choose(planned, planEvaluator, options);
    const split = await run('Quantize the plan', (progress) => planEvaluator.quantize(selection.plan, progress));
    const document = documentOf(planned, selection);
    const inputs = await inputDigests(config, loaded.files, await metricImports(config));
    const bundle = await run('Generate the bundles', () =>
      makeBundle({ ...planned, ...loaded, split, document, inputs }),
    );
    return { selection, split, bundle, document };
  } finally {
    await planEvaluator.close();
  }
}
