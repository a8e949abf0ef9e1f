import path from 'node:path';
import { type Bundle, completeBundle, makeBundle } from './bundle/index.js';
import { inputDigests, metricImports } from './bundle/inputs.js';
import { recorded } from './bundle/manifest.js';
import type { Targets } from './bundle/target.js';
import { targetsOf } from './bundle/targets.js';
import { EFFORT, fittingSamples } from './config/effort.js';
import type { ResolvedConfig } from './config/resolved.js';
import { checkTables } from './cost/sides.js';
import { answerScale, dropModel } from './evaluate/drop-model.js';
import type { Judge } from './evaluate/index.js';
import { openJudge } from './evaluate/judge.js';
import { openSplit } from './evaluate/run.js';
import { type Gauge, openGauge } from './gauge.js';
import { infeasible } from './infeasible.js';
import { openModel } from './inference/session.js';
import { fittedKey, judgeKey, outputsKey, profileParts, selectionKey } from './keys.js';
import { type Network, pinnedTensors, readNetwork } from './network.js';
import { type PlanDocument, planDocument } from './plan-document.js';
import { baselinePlans } from './planner/baselines.js';
import { candidateCuts } from './planner/candidates.js';
import { front, frontier } from './planner/front.js';
import { objectiveOf } from './planner/measure.js';
import type { Plan, PlanningProblem } from './planner/problem.js';
import { type SolverName, solveBy } from './planner/solvers.js';
import { planningProblem } from './problem.js';
import { profileNetwork } from './profile/index.js';
import type { Profile } from './profile/profile.js';
import type { QuantizedSplit } from './quantize/index.js';
import { reportDocument } from './report-document.js';
import { sampleRoom } from './samples/kept.js';
import { openSamples, type SampleSet } from './samples/open.js';
import { measuredAlternatives } from './select/alternatives.js';
import { problemAsAccurate } from './select/as-accurate.js';
import { type DropModel, inverse } from './select/calibration.js';
import { accuracyLimit, type Selection, selectPlan } from './select/index.js';
import { predictedPlan } from './select/predicted.js';
import { noiseWarnings } from './select/warnings.js';
import type { Progress, RunOptions } from './stage.js';
import { refuseEncoding, sharedBits } from './targets/index.js';
import { noCache } from './util/cache.js';
import { commitFolder, discardFolder, extendFolder, stageFolder } from './util/files.js';
import { percent } from './util/format.js';
import { type Verification, type VerifiedSample, verifyBundle } from './verify/index.js';
import { requirePackages } from './verify/packages.js';

/** Everything known before the planner speaks. */
export interface Prepared {
  config: ResolvedConfig;
  targets: Targets;
  network: Network;
  /** All calibration samples, and those that ranges, sizes and weights are computed from. */
  samples: SampleSet;
  fitting: SampleSet;
  /** How accuracy is measured; opened early, so that a wrong label costs no profile. */
  judge: Judge;
  profile: Profile;
  problem: PlanningProblem;
}

/** Everything known once the planner has spoken. */
export interface Planned extends Prepared {
  /** The plan of least objective that is predicted to hold the accuracy limit; where none is, the most accurate one. */
  predicted: Plan;
  /** The largest predicted error that is expected to hold the limit. */
  errorBudget: number;
  /** The drop to expect of a predicted error. */
  dropModel: DropModel;
  /** The front of objective, memory, error and energy. */
  frontier: Plan[];
  /** Of all plans, whatever their accuracy. */
  optimality: { lowerBound: number; gap: number };
  solver: SolverName;
}

/** A bundle in memory, not yet proven: report and results are to come. */
export interface Made {
  selection: Selection;
  split: QuantizedSplit;
  bundle: Bundle;
  document: PlanDocument;
}

/** config -> onnx -> profile -> cost -> planner. */
export async function plan(config: ResolvedConfig, options: RunOptions): Promise<Planned> {
  return planPrepared(await prepare(config, options), options);
}

/** config -> onnx -> profile -> cost: the planning problem. */
export async function prepare(config: ResolvedConfig, { run, workDir, threads, cache = noCache }: RunOptions): Promise<Prepared> {
  const targets = await targetsOf(config);
  refuseEncoding(config.input.encoding, targets.edge, targets.cloud);
  const bits = sharedBits(config.edge.bits, targets.edge);
  const network = await run('Read and optimise the network', (progress) => readNetwork(config, workDir, progress, cache));
  checkTables(config, network.layers);
  const { samples, fitting, judge } = await run('Open the samples', async () => {
    const { graph } = network.model;
    const room = sampleRoom();
    const calibration = room.keep(await openSamples(config.calibration, graph.inputs));
    const isWhole = calibration.count <= EFFORT[config.effort].calibrationSamples;
    const fitting = isWhole ? calibration : room.keep(await openSamples(fittingSamples(config), graph.inputs));
    const key = await outputsKey(network, config, calibration);
    const remember = <T>(compute: () => Promise<T>) => cache.remember('outputs', key, compute);
    const judge = await openJudge({ config, ...network, calibration, workDir, threads, remember });
    const judged = judge.samples === calibration ? calibration : room.keep(judge.samples);
    return { samples: calibration, fitting, judge: { ...judge, samples: judged } };
  });
  const profile = await run('Profile it over the samples', async (progress) => {
    const candidates = pinnedTensors(config, network);
    const options = {
      target: targets.edge,
      bits,
      inputEncoding: config.input.encoding,
      candidates,
      ranges: config.quantization.activationRanges,
      ...(config.errorModel === 'output' && { sensitivity: judge.outputs }),
      sensitivityMacs: EFFORT[config.effort].sensitivityMacs || EFFORT.normal.sensitivityMacs,
    };
    const parts = await profileParts(network, config, fitting, cache);
    return profileNetwork({ ...network, ...options, samples: fitting, parts, workDir, threads, progress });
  });
  const problem = planningProblem({ config, targets, bits, graph: network.model.graph, ...network, profile });
  return { config, targets, network, samples, fitting, judge, profile, problem };
}

/** The planner. */
export async function planPrepared(prepared: Prepared, options: RunOptions): Promise<Planned> {
  const { run, solver = 'search' } = options;
  const { config, problem, judge } = prepared;
  const model = await dropModelOf(prepared, options);
  return run('Search cut and bits', async () => {
    const { best, optimality, ...refused } = await solveBy(solver, problem);
    if (!best) throw infeasible({ best, optimality, ...refused });
    const errorBudget = inverse(model, accuracyLimit(config, judge.metric).limit);
    const plans = front(problem, { best });
    const predicted = predictedPlan(problem, errorBudget, config.tolerance, best);
    return { ...prepared, predicted, errorBudget, dropModel: model, frontier: frontier(problem, plans), optimality, solver };
  });
}

/** How much accuracy a predicted error is expected to cost. */
async function dropModelOf({ config, network, judge }: Prepared, { workDir, threads, cache = noCache }: RunOptions): Promise<DropModel> {
  const { samples } = await judgeKey(config, judge);
  const open = () => openModel(network.model, workDir, 'scale', { threads, quantizers: 'asWritten' });
  const scale = await cache.remember('scale', { network: network.key, samples, metric: judge.metric }, () => answerScale(open, judge));
  return dropModel(judge, scale);
}

/** The plan as a document: the selected one, or where nothing was measured the predicted one. */
export function documentOf(planned: Planned, selection?: Pick<Selection, 'plan'> & Partial<Selection>): PlanDocument {
  const { network, problem } = planned;
  const plan = selection?.plan ?? planned.predicted;
  const { measured = [], errorBudget = planned.errorBudget } = selection ?? {};
  const within = problemAsAccurate(problem, { plan, measured, errorBudget }, planned.config.tolerance);
  return planDocument({
    ...planned,
    model: network.source,
    layers: network.layers,
    plan,
    baselines: { ...baselinePlans(within), ...measuredAlternatives(problem, measured) },
    candidates: candidateCuts(within, plan),
    frontier: withPlan(problem, planned.frontier, plan),
    selection,
    warnings: warningsOf(planned, selection),
  });
}

/** A front with a plan among its others, in the order of the objective. */
function withPlan(problem: PlanningProblem, plans: readonly Plan[], plan: Plan): Plan[] {
  const name = ({ assignment }: Plan) => JSON.stringify(assignment);
  if (plans.some((each) => name(each) === name(plan))) return [...plans];
  return [...plans, plan].sort((a, b) => objectiveOf(problem, a) - objectiveOf(problem, b));
}

/** What a user should know before trusting a document. */
function warningsOf({ judge, config, network, predicted, errorBudget }: Planned, selection: Partial<Selection> | undefined): string[] {
  const { limit } = accuracyLimit(config, judge.metric);
  return [
    ...network.warnings,
    ...(judge.notes ?? []),
    ...(selection?.evaluation ? noiseWarnings(selection.evaluation, limit) : []),
    ...(selection?.warning === undefined ? [] : [selection.warning]),
    ...(!selection && predicted.error > errorBudget
      ? [`no plan is predicted to hold a drop of ${percent(limit)}: this is the most accurate one`]
      : []),
  ];
}

/** quantize -> evaluate -> select. */
export async function choose(planned: Planned, gauge: Gauge, { run, cache = noCache }: RunOptions): Promise<Selection> {
  const { config, judge, problem } = planned;
  const select = (progress: Progress) =>
    selectPlan({
      problem,
      ...accuracyLimit(config, judge.metric),
      tolerance: config.tolerance,
      budget: EFFORT[config.effort].measuredPlans,
      everyAlternative: EFFORT[config.effort].everyAlternative,
      model: planned.dropModel,
      measure: (plan, limit) => gauge.measure(plan, limit, progress),
    });
  const key = await selectionKeyOf(planned);
  return run('Quantize and measure', (progress) => cache.remember('selection', key, () => select(progress)));
}

/** What `choose` has found for the same problem before; undefined where that is not known. */
export async function knownSelection(planned: Planned, { cache = noCache }: RunOptions): Promise<Selection | undefined> {
  return cache.find('selection', await selectionKeyOf(planned));
}

const selectionKeyOf = async ({ network, config, targets, judge, problem, fitting }: Planned): Promise<unknown> =>
  selectionKey(await fittedKey(network, config, targets.edge, fitting), config, judge, {
    problem,
    ...accuracyLimit(config, judge.metric),
    tolerance: config.tolerance,
    budget: EFFORT[config.effort].measuredPlans,
  });

/** quantize -> evaluate -> select -> bundle; nothing is written outside `workDir`. */
export async function make(planned: Planned, options: RunOptions): Promise<Made> {
  const { config, network } = planned;
  const { run } = options;
  const gauge = await openGauge(planned, options);
  try {
    const selection = await choose(planned, gauge, options);
    const split = await run('Quantize the plan', (progress) => gauge.quantize(selection.plan, progress));
    const document = documentOf(planned, selection);
    const inputs = await inputDigests(config, network.files, await metricImports(config));
    const bundle = await run('Generate the bundles', () => makeBundle({ ...planned, ...network, split, document, inputs }));
    return { selection, split, bundle, document };
  } finally {
    await gauge.close();
  }
}

/** Samples that go through both processes. */
const VERIFIED_SAMPLES = 8;

/** A whole bundle, and what two processes did with it. */
export interface Proven {
  verification: Verification;
  bundle: Bundle;
}

/** Stages a bundle beside `output`, runs it there as two processes, adds the report, and only then puts it in place. */
export async function proveAndWrite(planned: Planned, made: Made, options: RunOptions): Promise<Proven> {
  const { config, targets } = planned;
  const { output } = config;
  requirePackages(targets.edge, config.root);
  const staged = await stageFolder(output, made.bundle.files);
  try {
    const proven = await prove(staged, planned, made, options);
    await extendFolder(staged, new Map([...proven.bundle.files].filter(([name, content]) => made.bundle.files.get(name) !== content)));
    await commitFolder(staged, output);
    return proven;
  } catch (error) {
    await discardFolder(staged);
    throw error;
  }
}

/** verify -> report: the same bundle as {@link proveAndWrite} puts in place, in memory. */
export async function proveInMemory(planned: Planned, made: Made, options: RunOptions): Promise<Proven> {
  const staged = await stageFolder(path.join(options.workDir, 'bundle'), made.bundle.files);
  return prove(staged, planned, made, options).finally(() => discardFolder(staged));
}

async function prove(folder: string, planned: Planned, made: Made, { run, ...options }: RunOptions): Promise<Proven> {
  const { bundle, document } = made;
  const verification = await run('Verify as two processes', async () =>
    verifyBundle({ ...bundle, folder, workDir: options.workDir, samples: await verifiedSamples(planned, made, options) }),
  );
  const kept = recorded(verification);
  return run('Write the report', async () => {
    // Loaded here: nothing but a build draws charts.
    const { reportHtml, REPORT } = await import('./report/html/index.js');
    const report = reportHtml(reportDocument({ config: planned.config, document, verification: kept }));
    const files = new Map([[REPORT, new TextEncoder().encode(report)]]);
    return { verification, bundle: await completeBundle(bundle, files, kept) };
  });
}

/** Evenly spread samples with the results of this process; one session at a time, for large networks. */
async function verifiedSamples(
  { targets, network, samples }: Planned,
  { split: quantized }: Made,
  { workDir, threads }: Omit<RunOptions, 'run'>,
): Promise<VerifiedSample[]> {
  const count = Math.min(VERIFIED_SAMPLES, samples.count);
  const indices = Array.from({ length: count }, (_, i) => Math.floor((i * samples.count) / count));
  const feeds = await Promise.all(indices.map((index) => samples.load(index)));
  const float = await openModel(network.model, workDir, 'float', { threads, quantizers: 'asWritten' });
  const references = await inOrder(feeds, (inputs) => float.run(inputs)).finally(() => float.close());
  const { kernels } = targets.edge;
  const runSplit = async (on: 'native' | 'wasm') => {
    const split = await openSplit(quantized, workDir, threads, on);
    return inOrder(feeds, (inputs) => split.run(inputs)).finally(() => split.close());
  };
  const results = await runSplit(kernels);
  const natives = kernels === 'native' ? undefined : await runSplit('native');
  return indices.map((index, i) => ({
    name: samples.names[index],
    feeds: feeds[i],
    expected: results[i],
    reference: references[i],
    ...(natives && { native: natives[i].wire }),
  }));
}

async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
