import type { ResolvedConfig } from './config/resolved.js';
import { codecSeconds } from './cost/codec.js';
import type { Evaluation } from './evaluate/evaluation.js';
import { packedLength } from './numerics/pack.js';
import type { Layer } from './onnx/graph.js';
import type { Alternative, CrossingTensor, PlanDocument } from './plan-document.gen.js';
import type { BaselinePlan, TrivialPlans } from './planner/baselines.js';
import type { Plan, PlanAssignment, PlannedCost, PlanningProblem } from './planner/problem.js';
import type { Profile } from './profile/profile.js';
import { fixedSize } from './profile/sizes.js';
import { besideLimit, bytes, number, seconds } from './util/format.js';

export type { Alternative, CrossingTensor, PlanDocument } from './plan-document.gen.js';

export interface PlanDocumentSources {
  config: ResolvedConfig;
  model: { path: string; sha256: string };
  layers: readonly Layer[];
  profile: Profile;
  problem: PlanningProblem;
  plan: Plan;
  optimality: { lowerBound: number; gap: number };
  baselines: TrivialPlans;
  frontier: readonly Plan[];
  evaluation?: Evaluation;
  /** The points of the front that were run. */
  measured?: readonly { plan: Plan; evaluation: Evaluation }[];
}

/** `plan --json` of one build (schemas/plan.schema.json); also the heart of the manifest and of every report. */
export function planDocument(sources: PlanDocumentSources): PlanDocument {
  const { config, profile, problem, plan, layers, evaluation, measured } = sources;
  const baselines = Object.entries(sources.baselines).flatMap(
    ([name, baseline]: [string, BaselinePlan | undefined]): [string, Alternative][] =>
      baseline ? [[name, { ...alternative(baseline, sources), feasible: baseline.feasible, violated: violated(baseline, sources) }]] : [],
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
    decision: plan.decision,
    cut: crossingTensors(plan, sources),
    latency: plan.latency,
    edge: edgeUse(plan, problem),
    error: errorUse(plan, sources),
    ...(evaluation && { accuracy: evaluation }),
    ...(measured && { measured: measured.map((point) => ({ ...alternative(point.plan, sources), accuracy: point.evaluation })) }),
    optimality: optimality(plan, sources),
    layers: layers.map((layer, index) => layerRow(layer, index, sources)),
    baselines: Object.fromEntries(baselines),
    frontier: sources.frontier.map((point) => alternative(point, sources)),
  };
}

/** A plan that was not taken, as documents show it. */
export function alternative(plan: Plan, sources: Pick<PlanDocumentSources, 'config' | 'problem' | 'profile'>): Alternative {
  return {
    decision: plan.decision,
    cut: crossingTensors(plan, sources),
    latency: plan.latency,
    edge: edgeUse(plan, sources.problem),
    error: errorUse(plan, sources),
    feasible: true,
  };
}

/** What crosses, with the shapes of one sample. */
export function crossingTensors(
  plan: PlannedCost & { assignment: PlanAssignment },
  { problem, profile }: Pick<PlanDocumentSources, 'problem' | 'profile'>,
): CrossingTensor[] {
  return plan.crossing.map((index) => {
    const tensor = problem.tensors[index];
    const { bits, encoding, bytes: charged } = tensor.wire[plan.assignment.wire[index]];
    const known = profile.tensors.get(tensor.name);
    const sizes = profile.inputs.get(tensor.name)?.sizes ?? known?.payload.get(bits);
    const { mean, p50, p95 } = sizes?.get(encoding) ?? fixedSize(charged);
    const codingSeconds = codecSeconds(encoding, packedLength(tensor.elements, bits));
    return { tensor: tensor.name, shape: known?.shape ?? [], bits, encoding, bytes: mean, p50, p95, codingSeconds };
  });
}

const edgeUse = ({ memory }: PlannedCost, { limits }: PlanningProblem) => ({ memory: { ...memory, limit: limits.memoryBytes ?? null } });

const errorUse = ({ error }: PlannedCost, { config, problem }: Pick<PlanDocumentSources, 'config' | 'problem'>) => ({
  model: config.errorModel,
  total: error,
  limit: problem.limits.error ?? null,
});

/** The bound holds for every plan; the gap is that of the plan that is shown, which need not be the fastest. */
function optimality({ latency: { total } }: Plan, { optimality: { lowerBound } }: PlanDocumentSources): PlanDocument['optimality'] {
  const gap = total > 0 ? Math.max(0, (total - lowerBound) / total) : 0;
  return { lowerBound, gap };
}

/** The limits that a baseline breaks, in words. One that was chosen by measuring sets the error for those beside it. */
export function violated(
  baseline: BaselinePlan,
  { problem: { limits }, plan, evaluation }: Pick<PlanDocumentSources, 'problem' | 'plan' | 'evaluation'>,
): string[] {
  if (baseline.feasible) return [];
  const broken = (what: string, value: number, limit: number | undefined, show: (value: number) => string, unit = '') =>
    limit !== undefined && value > limit * (1 + 1e-12) ? [`${what} ${besideLimit(value, limit, show, unit).join(' over ')}`] : [];
  return [
    ...broken('memory', baseline.memory.total, limits.memoryBytes, bytes, ' B'),
    ...broken('error', baseline.error, limits.error, number),
    ...(evaluation && baseline.error > plan.error * (1 + 1e-12) ? ['the accuracy of this plan'] : []),
    ...broken('latency', baseline.latency.total, limits.latencySeconds, seconds, ' s'),
  ];
}

function layerRow(layer: Layer, index: number, { problem, plan, profile }: PlanDocumentSources): PlanDocument['layers'][number] {
  const { options, cloudSeconds } = problem.layers[index];
  const chosen = plan.assignment.edge[index] ? options[plan.assignment.option[index]] : undefined;
  return {
    name: layer.name,
    op: layer.op,
    placement: chosen ? 'edge' : 'cloud',
    weightBits: chosen?.weightBits || null,
    activationBits: chosen?.activationBits ?? null,
    macs: profile.layers[index].shape.macs,
    edgeSeconds: (chosen ?? options.at(-1))?.seconds ?? null,
    cloudSeconds,
  };
}
