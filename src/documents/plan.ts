import { graphBytes } from '../calibrate/graph-bytes.js';
import type { Profile } from '../calibrate/profile.js';
import { skippedSteps } from '../config/effort.js';
import type { ResolvedConfig } from '../config/resolved.js';
import type { RateTrace } from '../config/trace.js';
import { linkAt } from '../cost/percentile.js';
import { latencyOverTrace } from '../cost/trace.js';
import type { Evaluation } from '../evaluate/evaluation.js';
import { besideItsLimit } from '../formulate/limits.js';
import type { Layer } from '../onnx/graph.js';
import type { Candidate } from '../planner/analysis/candidates.js';
import { breaches } from '../planner/core/limits.js';
import { liveBytes } from '../planner/core/live.js';
import { objectiveOf } from '../planner/core/measure.js';
import type { LimitName, Plan, PlanAssignment, PlannedCost, PlanningProblem } from '../planner/core/problem.js';
import type { SolverName } from '../planner/index.js';
import type { Selection } from '../select/index.js';
import { whyNotInCloud, whyNotOnEdge } from '../targets/deployable.js';
import { relativePath } from '../util/files.js';
import { percent } from '../util/format.js';
import { encodedSize, payloadOptions } from './payload.js';
import type { Alternative, CrossingTensor, EdgeUse, PlanDocument } from './plan.gen.js';
import { costUse, energyUse } from './spending.js';

export type { Alternative, CrossingTensor, EdgeUse, PlanDocument } from './plan.gen.js';

export interface PlanDocumentSources {
  config: ResolvedConfig;
  model: { path: string; sha256: string };
  layers: readonly Layer[];
  /** All calibration samples. */
  samples: { count: number };
  profile: Profile;
  problem: PlanningProblem;
  plan: Plan;
  optimality: { lowerBound: number; gap: number };
  solver: SolverName;
  /** By name, in the order in which they are shown; undefined where the model does not allow one. */
  baselines: Record<string, Plan | undefined>;
  frontier: readonly Plan[];
  candidates: readonly Candidate[];
  /** What was measured; absent where the plan is the predicted one. */
  selection?: Partial<Selection> | undefined;
  warnings?: readonly string[];
}

/** `plan --json` of one build (schemas/plan.schema.json); also part of the manifest and of every report. */
export function planDocument(sources: PlanDocumentSources): PlanDocument {
  const { config, profile, problem, plan, layers, selection } = sources;
  const { evaluation, measured, certificate } = selection ?? {};
  const baselines = Object.entries(sources.baselines).flatMap(([name, baseline]): [string, Alternative][] =>
    baseline ? [[name, comparedAlternative(baseline, sources)]] : [],
  );
  return {
    version: 1,
    build: config.name,
    model: {
      ...sources.model,
      layers: layers.length,
      parameters: profile.layers.reduce((sum, layer) => sum + layer.shape.parameters, 0),
      macs: profile.layers.reduce((sum, layer) => sum + layer.shape.macs, 0),
    },
    objective: config.objective,
    link: linkUse(config),
    decision: plan.decision,
    cut: crossingTensors(plan, sources),
    latency: plan.latency,
    edge: edgeUse(plan, sources),
    deployable: deployable(plan, config),
    error: errorUse(plan, sources),
    effort: { level: config.effort, skipped: skippedSteps(config, sources.samples.count) },
    energy: energyUse(plan, problem),
    cost: costUse(plan, problem),
    ...(evaluation && { accuracy: evaluation }),
    accuracySource: evaluation ? 'measured' : 'predicted',
    ...(certificate && { certificate }),
    warnings: [...(sources.warnings ?? [])],
    ...(config.link.trace && { trace: traceUse(plan, config.link.trace, config) }),
    ...(measured && {
      measured: measured.map((point) => ({ ...comparedAlternative(point.plan, sources), accuracy: point.evaluation })),
    }),
    optimality: optimality(plan, sources),
    layers: layerRows(sources),
    baselines: Object.fromEntries(baselines),
    frontier: sources.frontier.map((point) => comparedAlternative(point, sources)),
    candidates: sources.candidates.map(({ plan: candidate, isTaken }) => ({
      ...comparedAlternative(candidate, sources),
      edgeLayers: candidate.assignment.edge.filter(Boolean).length,
      chosen: isTaken,
    })),
    payload: payloadOptions(plan, sources),
  };
}

/** A plan that was not taken, as documents show it. */
export function alternative(
  plan: Plan,
  sources: Pick<PlanDocumentSources, 'config' | 'problem' | 'profile'>,
): Alternative {
  return {
    decision: plan.decision,
    cut: crossingTensors(plan, sources),
    latency: plan.latency,
    edge: edgeUse(plan, sources),
    error: errorUse(plan, sources),
    energy: energyUse(plan, sources.problem),
    cost: costUse(plan, sources.problem),
    feasible: true,
    accuracySource: 'predicted',
  };
}

/** A plan beside the one that was taken, with the limits that it breaks and its accuracy where that was measured. */
export function comparedAlternative(
  plan: Plan,
  sources: Pick<PlanDocumentSources, 'config' | 'problem' | 'profile' | 'selection'>,
): Alternative {
  const accuracy = accuracyOf(plan, sources.selection);
  const broken = violated(plan, accuracy, sources.problem);
  return {
    ...alternative(plan, sources),
    feasible: broken.length === 0,
    ...(accuracy && { accuracy, accuracySource: 'measured' as const }),
    violated: broken,
  };
}

/** The measured accuracy of a plan; undefined where it was not run. */
export function accuracyOf({ assignment }: Plan, selection: PlanDocumentSources['selection']): Evaluation | undefined {
  const name = JSON.stringify(assignment);
  return selection?.measured?.find(({ plan }) => JSON.stringify(plan.assignment) === name)?.evaluation;
}

/** What crosses, with the shapes of one sample. */
export function crossingTensors(
  plan: PlannedCost & { assignment: PlanAssignment },
  { problem, profile }: Pick<PlanDocumentSources, 'problem' | 'profile'>,
): CrossingTensor[] {
  return plan.crossing.map((index) => {
    const tensor = problem.tensors[index];
    const option = tensor.wire[plan.assignment.wire[index]];
    const { bits, encoding, encodeSeconds = 0, decodeSeconds = 0 } = option;
    return {
      tensor: tensor.name,
      shape: profile.tensors.get(tensor.name)?.shape ?? [],
      bits,
      encoding,
      ...encodedSize(tensor.name, option, profile),
      codingSeconds: encodeSeconds + decodeSeconds,
    };
  });
}

function edgeUse(
  { memory, disk, assignment }: Plan,
  { problem: { limits }, profile }: Pick<PlanDocumentSources, 'problem' | 'profile'>,
): EdgeUse {
  const graph = profile.layers.reduce((sum, layer, i) => sum + (assignment.edge[i] ? graphBytes(layer) : 0), 0);
  return {
    memory: { ...memory, limit: limits.memoryBytes ?? null },
    disk: { weights: disk - graph, graph, total: disk, limit: limits.diskBytes ?? null },
  };
}

/** Whether each side can be deployed; an edge-only plan needs no cloud side. */
function deployable({ decision }: PlannedCost, { edge, cloud }: ResolvedConfig): PlanDocument['deployable'] {
  const onEdge = whyNotOnEdge(edge.preset, edge.target);
  const inCloud = decision === 'edge-only' ? undefined : whyNotInCloud(cloud.preset, cloud.target);
  return {
    edge: onEdge === undefined,
    cloud: inCloud === undefined,
    reasons: { ...(onEdge !== undefined && { edge: onEdge }), ...(inCloud !== undefined && { cloud: inCloud }) },
  };
}

const errorUse = (
  { error }: PlannedCost,
  { config, problem, profile }: Pick<PlanDocumentSources, 'config' | 'problem' | 'profile'>,
) => ({
  model: config.errorModel === 'output' && !profile.sensitivity ? 'relative' : config.errorModel,
  total: error,
  limit: problem.limits.error ?? null,
});

function linkUse({ link }: ResolvedConfig): PlanDocument['link'] {
  const { uplink, downlink, rtt } = linkAt(link);
  return { uplink, downlink, rtt, percentile: link.percentile };
}

function traceUse(plan: Plan, trace: RateTrace, { link, root }: ResolvedConfig): NonNullable<PlanDocument['trace']> {
  const latency = latencyOverTrace(trace, linkAt(link), plan);
  return { file: relativePath(root, trace.file), seconds: trace.duration, ...latency };
}

/** The bound holds for all plans; the gap is that of the shown plan, which need not be the best. */
function optimality(
  plan: Plan,
  { problem, optimality: { lowerBound }, solver }: PlanDocumentSources,
): PlanDocument['optimality'] {
  const total = objectiveOf(problem, plan);
  const gap = total > 0 ? Math.max(0, (total - lowerBound) / total) : 0;
  return { lowerBound, gap, ...(problem.pinned && { pinned: true }), ...(solver !== 'search' && { solver }) };
}

/** The limits that a plan breaks, in words; that on accuracy only where it was measured. */
export function violated(plan: Plan, accuracy: Evaluation | undefined, problem: PlanningProblem): string[] {
  // What is not known breaks no limit.
  const known: Partial<Record<LimitName, number>> = {
    energy: energyUse(plan, problem)?.total ?? 0,
    cost: costUse(plan, problem)?.total ?? 0,
  };
  const broken = breaches(problem.limits, plan, ({ name, used }) => known[name] ?? used(plan));
  return [
    ...broken.map((breach) => `${breach.name} ${besideItsLimit(breach).join(' over ')}`),
    ...(accuracy?.accepted === false ? [`accuracy: loses ${percent(accuracy.drop)} of ${accuracy.metric}`] : []),
  ];
}

function layerRows({ layers, problem, plan, profile }: PlanDocumentSources): PlanDocument['layers'] {
  const live = liveBytes(problem, plan.assignment, plan.crossing);
  return layers.map((layer, index) => {
    const { options, cloudSeconds } = problem.layers[index];
    const chosen = plan.assignment.edge[index] ? options[plan.assignment.option[index]] : undefined;
    return {
      name: layer.name,
      op: layer.op,
      inputs: layer.inputs,
      outputs: layer.outputs,
      placement: chosen ? 'edge' : 'cloud',
      weightBits: chosen?.weightBits || null,
      activationBits: chosen?.activationBits ?? null,
      macs: profile.layers[index].shape.macs,
      edgeSeconds: (chosen ?? options.at(-1))?.seconds ?? null,
      edgeJoules: (chosen ?? options.at(-1))?.joules ?? null,
      cloudSeconds,
      weightBytes: chosen?.weightBytes ?? null,
      diskBytes: chosen ? (chosen.diskBytes ?? chosen.weightBytes) - graphBytes(profile.layers[index]) : null,
      liveBytes: chosen ? live[index] : null,
      error: chosen?.error ?? null,
    };
  });
}
