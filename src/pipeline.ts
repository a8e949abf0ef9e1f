import { type Bundle, makeBundle } from './bundle/index.js';
import { inputDigests } from './bundle/inputs.js';
import type { ResolvedConfig } from './config/resolved.js';
import { checkTables } from './cost/sides.js';
import { evaluateSplit, floatReference, type Judge } from './evaluate/index.js';
import { openJudge } from './evaluate/judge.js';
import { openSplit } from './evaluate/run.js';
import { infeasible } from './infeasible.js';
import { openModel } from './inference/session.js';
import { type Network, pinnedTensors, readNetwork } from './network.js';
import { type PlanDocument, planDocument } from './plan-document.js';
import { trivialPlans } from './planner/baselines.js';
import { front, frontier } from './planner/front.js';
import type { Plan, PlanningProblem } from './planner/problem.js';
import { solve } from './planner/solve.js';
import { planningProblem } from './problem.js';
import { profileNetwork } from './profile/index.js';
import type { Profile } from './profile/profile.js';
import { decisionOf } from './quantize/decision.js';
import { quantizeSplit } from './quantize/index.js';
import { openSamples, type SampleSet } from './samples/open.js';
import { accuracyLimit, type Chosen, selectPlan } from './select/index.js';
import { counter, type RunOptions } from './stage.js';
import { cloudTarget, edgeTarget, refuseEncoding, sharedBits } from './targets/index.js';
import { commitFolder, discardFolder, stageFolder } from './util/files.js';
import { type Verification, type VerifiedSample, verifyBundle } from './verify/index.js';
import { requirePackages } from './verify/packages.js';

/** Everything known once the planner has spoken. */
export interface Planned {
  config: ResolvedConfig;
  network: Network;
  samples: SampleSet;
  /** How accuracy is measured; opened early, so that a wrong label costs no profile. */
  judge: Judge;
  profile: Profile;
  problem: PlanningProblem;
  /** The front of the objective and the error, the best plan first. */
  plans: Plan[];
  /** The front of objective, memory, error and energy. */
  frontier: Plan[];
  optimality: { lowerBound: number; gap: number };
}

/** A bundle in memory, not yet proven. */
export interface Made {
  chosen: Chosen;
  bundle: Bundle;
  document: PlanDocument;
}

/** Steps of search for a row of comparison, which needs no proof. */
const BASELINE_EFFORT = { work: 2e7 };

/** config -> onnx -> profile -> cost -> planner. */
export async function plan(config: ResolvedConfig, { run, workDir, threads }: RunOptions): Promise<Planned> {
  const target = edgeTarget(config.edge.target);
  refuseEncoding(config.input.encoding, target, cloudTarget(config.cloud.target));
  const bits = sharedBits(config.edge.bits, target);
  const network = await run('Read and optimise the network', (progress) => readNetwork(config, workDir, progress));
  checkTables(config, network.layers);
  const { samples, judge } = await run('Open the samples', async () => {
    const calibration = await openSamples(config.calibration, network.model.graph.inputs);
    return { samples: calibration, judge: await openJudge(config, network.model.graph, calibration) };
  });
  const profile = await run('Profile it over the samples', (progress) => {
    const candidates = pinnedTensors(config, network);
    return profileNetwork({
      ...network,
      target,
      samples,
      bits,
      inputEncoding: config.input.encoding,
      candidates,
      workDir,
      threads,
      progress,
    });
  });
  return run('Search cut and bits', () => {
    const problem = planningProblem({ config, bits, graph: network.model.graph, ...network, profile });
    const { best, optimality, ...refused } = solve(problem);
    if (!best) throw infeasible({ best, optimality, ...refused });
    const plans = front(problem);
    return { config, network, samples, judge, profile, problem, plans, frontier: frontier(problem, plans), optimality };
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
  const baselines = trivialPlans({ ...problem, limits }, BASELINE_EFFORT);
  return planDocument({
    ...planned,
    model: network.source,
    layers: network.layers,
    plan,
    baselines,
    evaluation: chosen?.evaluation,
  });
}

/** quantize -> evaluate -> select -> bundle; nothing is written outside `workDir`. */
export async function make(planned: Planned, { run, workDir, threads }: RunOptions): Promise<Made> {
  const { config, network, judge, profile, problem, plans } = planned;
  const reference = await run('Measure the float network', async (progress) => {
    const float = await openModel(network.model, workDir, 'float', { threads });
    return floatReference(float, judge, counter(progress)).finally(() => float.close());
  });
  const chosen = await run('Quantize and measure', (progress) =>
    selectPlan({
      front: plans,
      ...accuracyLimit(config),
      quantize: (candidate) => quantizeSplit(decisionOf(candidate, problem), { ...network, profile }),
      evaluate: async (split, limit) => {
        const loaded = await openSplit(split, workDir, threads);
        return evaluateSplit(loaded, judge, reference, limit, counter(progress)).finally(() => loaded.close());
      },
    }),
  );
  const document = documentOf(planned, chosen);
  const inputs = await inputDigests(config, network.files);
  const bundle = await run('Generate the bundles', () => makeBundle({ ...planned, ...network, split: chosen.split, document, inputs }));
  return { chosen, bundle, document };
}

/** Samples that go through both processes. */
const VERIFIED_SAMPLES = 8;

/** Stages a bundle beside `output`, runs it there as two processes, and only then puts it in place. */
export async function proveAndWrite(planned: Planned, made: Made, options: RunOptions): Promise<Verification> {
  const { config } = planned;
  requirePackages(config.edge.target);
  const staged = await stageFolder(config.output, made.bundle.files);
  try {
    const verification = await options.run('Verify as two processes', async () =>
      verifyBundle({ folder: staged, spec: made.bundle.spec, samples: await verifiedSamples(planned, made, options) }),
    );
    await commitFolder(staged, config.output);
    return verification;
  } catch (error) {
    await discardFolder(staged);
    throw error;
  }
}

/** Evenly spread samples with the results of this process; one session at a time, for large networks. */
async function verifiedSamples(
  { config, network, samples }: Planned,
  { chosen }: Made,
  { workDir, threads }: RunOptions,
): Promise<VerifiedSample[]> {
  const count = Math.min(VERIFIED_SAMPLES, samples.count);
  const indices = Array.from({ length: count }, (_, i) => Math.floor((i * samples.count) / count));
  const feeds = await Promise.all(indices.map((index) => samples.load(index)));
  const float = await openModel(network.model, workDir, 'float', { threads });
  const references = await inOrder(feeds, (inputs) => float.run(inputs)).finally(() => float.close());
  const { kernels } = edgeTarget(config.edge.target);
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
