import path from 'node:path';
import { type Bundle, completeBundle, makeBundle } from './bundle/index.js';
import { inputDigests, metricImports } from './bundle/inputs.js';
import { recorded } from './bundle/manifest.js';
import type { Targets } from './bundle/target.js';
import { targetsOf } from './bundle/targets.js';
import { EFFORT, fittingSamples } from './config/effort.js';
import type { ResolvedConfig } from './config/resolved.js';
import { checkTables } from './cost/sides.js';
import type { Judge } from './evaluate/index.js';
import { openJudge } from './evaluate/judge.js';
import { openSplit } from './evaluate/run.js';
import { type Gauge, openGauge } from './gauge.js';
import { infeasible } from './infeasible.js';
import { openModel } from './inference/session.js';
import { profileKey } from './keys.js';
import { type Network, pinnedTensors, readNetwork } from './network.js';
import { type PlanDocument, planDocument } from './plan-document.js';
import { baselinePlans } from './planner/baselines.js';
import { candidateCuts } from './planner/candidates.js';
import { front, frontier } from './planner/front.js';
import type { Plan, PlanningProblem } from './planner/problem.js';
import { type SolverName, solveBy } from './planner/solvers.js';
import { planningProblem } from './problem.js';
import { profileNetwork } from './profile/index.js';
import type { Profile, SensitivityMeasure } from './profile/profile.js';
import { reportDocument } from './report-document.js';
import { openSamples, type SampleSet } from './samples/open.js';
import { accuracyLimit, type Chosen, selectPlan } from './select/index.js';
import type { RunOptions } from './stage.js';
import { refuseEncoding, sharedBits } from './targets/index.js';
import { noCache } from './util/cache.js';
import { commitFolder, discardFolder, extendFolder, stageFolder } from './util/files.js';
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
  /** The front of the objective and the error, the best plan first. */
  plans: Plan[];
  /** The front of objective, memory, error and energy. */
  frontier: Plan[];
  optimality: { lowerBound: number; gap: number };
  solver: SolverName;
}

/** A bundle in memory, not yet proven: report and results are to come. */
export interface Made {
  chosen: Chosen;
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
    const calibration = await openSamples(config.calibration, graph.inputs);
    const fitting = await openSamples(fittingSamples(config), graph.inputs);
    return { samples: calibration, fitting, judge: await openJudge(config, graph, calibration) };
  });
  const profile = await run('Profile it over the samples', async (progress) => {
    const candidates = pinnedTensors(config, network);
    const options = {
      target: targets.edge,
      bits,
      inputEncoding: config.input.encoding,
      candidates,
      ranges: config.quantization.activationRanges,
      sensitivity: sensitivityMeasure(config, judge),
      sensitivityMacs: EFFORT[config.effort].sensitivityMacs || EFFORT.normal.sensitivityMacs,
    };
    const measure = () => profileNetwork({ ...network, ...options, samples: fitting, workDir, threads, progress });
    return cache.remember('profile', await profileKey(network, config, options), measure);
  });
  const problem = planningProblem({ config, targets, bits, graph: network.model.graph, ...network, profile });
  return { config, targets, network, samples, fitting, judge, profile, problem };
}

const CLASSIFIERS = ['top1', 'top5', 'agreement'];

/** How the outputs are compared by `errorModel: output`; undefined for the others, which look at tensors alone. */
export const sensitivityMeasure = ({ errorModel }: ResolvedConfig, { metric }: Judge): SensitivityMeasure | undefined =>
  errorModel !== 'output' ? undefined : CLASSIFIERS.includes(metric) ? 'classes' : 'values';

/** The planner. */
export async function planPrepared(prepared: Prepared, { run, solver = 'search' }: RunOptions): Promise<Planned> {
  const { problem } = prepared;
  return run('Search cut and bits', async () => {
    const { best, optimality, ...refused } = await solveBy(solver, problem);
    if (!best) throw infeasible({ best, optimality, ...refused });
    const plans = front(problem, { best });
    return { ...prepared, plans, frontier: frontier(problem, plans), optimality, solver };
  });
}

/**
 * The plan as a document: the fastest one, or the one that was chosen by measuring. Baselines are then as accurate as that one by
 * the planner's error, or marked.
 */
export function documentOf(planned: Planned, chosen?: Chosen): PlanDocument {
  const { network, plans, problem } = planned;
  const plan = chosen?.plan ?? plans[0];
  const limits = chosen ? { ...problem.limits, error: plan.error } : problem.limits;
  const baselines = baselinePlans({ ...problem, limits });
  const candidates = candidateCuts({ ...problem, limits }, plan);
  return planDocument({
    ...planned,
    model: network.source,
    layers: network.layers,
    plan,
    baselines,
    candidates,
    evaluation: chosen?.evaluation,
    measured: chosen?.measured,
  });
}

/** quantize -> evaluate -> select. */
export async function choose({ config, judge, plans }: Planned, { quantize, evaluate }: Gauge, { run }: RunOptions): Promise<Chosen> {
  const limit = accuracyLimit(config, judge.metric);
  return run('Quantize and measure', (progress) =>
    selectPlan({
      front: plans,
      ...limit,
      quantize: (plan) => quantize(plan, progress),
      evaluate: (split, most) => evaluate(split, most, progress),
    }),
  );
}

/** quantize -> evaluate -> select -> bundle; nothing is written outside `workDir`. */
export async function make(planned: Planned, options: RunOptions): Promise<Made> {
  const { config, network } = planned;
  const { run } = options;
  const gauge = await openGauge(planned, options);
  const chosen = await choose(planned, gauge, options).finally(() => gauge.close());
  const document = documentOf(planned, chosen);
  const inputs = await inputDigests(config, network.files, await metricImports(config));
  const bundle = await run('Generate the bundles', () => makeBundle({ ...planned, ...network, split: chosen.split, document, inputs }));
  return { chosen, bundle, document };
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
  { chosen }: Made,
  { workDir, threads }: Omit<RunOptions, 'run'>,
): Promise<VerifiedSample[]> {
  const count = Math.min(VERIFIED_SAMPLES, samples.count);
  const indices = Array.from({ length: count }, (_, i) => Math.floor((i * samples.count) / count));
  const feeds = await Promise.all(indices.map((index) => samples.load(index)));
  const float = await openModel(network.model, workDir, 'float', { threads });
  const references = await inOrder(feeds, (inputs) => float.run(inputs)).finally(() => float.close());
  const { kernels } = targets.edge;
  const runSplit = async (on: 'native' | 'wasm') => {
    const split = await openSplit(chosen.split, workDir, threads, on);
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
