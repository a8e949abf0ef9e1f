import type { Profile } from '../calibrate/profile.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { bitsOf } from '../onnx/element.js';
import type { KeptBits } from '../planner/analysis/kept-bits.js';
import type { NextCut } from '../planner/analysis/next-cut.js';
import type { CutChange, LimitPrice } from '../planner/analysis/parametric.js';
import { objectiveOf } from '../planner/core/measure.js';
import type { LimitName, Plan, PlanningProblem } from '../planner/core/problem.js';
import { cutName } from './cut-name.js';
import type { ExplainDocument, Flip, Price } from './explain.gen.js';
import { alternative } from './plan.js';

export type { ExplainDocument } from './explain.gen.js';

export interface ExplainSources {
  config: ResolvedConfig;
  profile: Profile;
  problem: PlanningProblem;
  plan: Plan;
  /** The plan was selected by measured accuracy. */
  measured: boolean;
  /** How the accuracy of the plan is known. */
  accuracySource: 'measured' | 'predicted';
  warnings?: readonly string[];
  /** What a step of each limit is worth. */
  prices: Partial<Record<LimitName, LimitPrice>>;
  next: NextCut;
  /** Bits per second of the config, the range that was searched, and the changes of cut in it, ascending. */
  uplink: { configured: number; searched: [low: number, high: number]; changes: readonly CutChange[] };
  kept: readonly KeptBits[];
}

/** `explain --json` of one build (schemas/explain.schema.json): what holds the plan where it is. */
export function explainDocument(sources: ExplainSources): ExplainDocument {
  const { config, problem, plan, measured, accuracySource, next, kept } = sources;
  return {
    version: 1,
    build: config.name,
    measured,
    accuracySource,
    warnings: [...(sources.warnings ?? [])],
    objective: config.objective,
    value: objectiveOf(problem, plan),
    plan: alternative(plan, sources),
    crossing: crossing(sources),
    limits: limitPrices(sources.prices),
    next: {
      plan: next.plan ? alternative(next.plan, sources) : null,
      value: next.plan ? objectiveOf(problem, next.plan) : null,
      exact: next.exact,
    },
    uplink: uplinkFlips(sources),
    bits: kept.map(({ layer, ...bits }) => ({ layer: problem.layers[layer].name, ...bits })),
  };
}

function limitPrices(prices: ExplainSources['prices']): ExplainDocument['limits'] {
  const rows = Object.entries(prices).map(([name, price]): [string, Price] => [
    name,
    { ...price, lost: price.lost ?? null },
  ]);
  return Object.fromEntries(rows);
}

/** The nearest change of cut on either side of the configured uplink. */
function uplinkFlips({
  problem,
  uplink: { configured, searched, changes },
}: Pick<ExplainSources, 'problem' | 'uplink'>): ExplainDocument['uplink'] {
  const below = changes.findLast(({ at }) => at <= configured);
  const above = changes.find(({ at }) => at > configured);
  return { configured, searched, below: flip(below, 'from', problem), above: flip(above, 'to', problem) };
}

function flip(change: CutChange | undefined, side: 'from' | 'to', problem: PlanningProblem): Flip {
  const name = change && cutName(change[side], problem);
  return name ? { at: change.at, ...name } : null;
}

function crossing({
  problem: { tensors, layers },
  plan,
  profile,
}: Pick<ExplainSources, 'problem' | 'plan' | 'profile'>): ExplainDocument['crossing'] {
  return plan.crossing.map((t) => {
    const { name, producer, elements } = tensors[t];
    const dtype = profile.tensors.get(name)?.dtype;
    return {
      tensor: name,
      from: layers[producer]?.name ?? null,
      to: layers.filter(({ inputs }, i) => !plan.assignment.edge[i] && inputs.includes(t)).map((layer) => layer.name),
      plainBytes: (elements * ((dtype && bitsOf(dtype)) ?? 32)) / 8,
    };
  });
}
