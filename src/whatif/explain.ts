import type { ResolvedConfig } from '../config/resolved.js';
import { linkAt } from '../cost/percentile.js';
import type { ExplainDocument, Flip, Price } from '../documents/explain.gen.js';
import { alternative } from '../documents/plan.js';
import { bitsOf } from '../onnx/element.js';
import { keptBits } from '../planner/analysis/kept-bits.js';
import { nextCut } from '../planner/analysis/next-cut.js';
import { type CutChange, priceOfLimit } from '../planner/analysis/parametric.js';
import { LIMITS } from '../planner/core/limits.js';
import { objectiveOf } from '../planner/core/measure.js';
import type { LimitName, Plan, PlanningProblem } from '../planner/core/problem.js';
import type { Selection } from '../select/index.js';
import { cutName, type Solvable, uplinkChanges } from './sweep.js';

/** How far from the uplink of the config the cut is looked at, either way. */
const UPLINK_FACTOR = 1000;

/** A plan, and the problem under whose limits others are expected to be as accurate. */
export interface Explained {
  plan: Plan;
  asAccurate: PlanningProblem;
  /** Absent where the plan is the predicted one. */
  selection?: Selection;
  /** What was measured of the plan. */
  known?: object;
  warnings?: readonly string[];
}

/**
 * `explain --json` of one build (schemas/explain.schema.json): what holds the plan where it is, found by solving
 * changed problems.
 */
export function explainDocument(answer: Solvable & Explained): ExplainDocument {
  const { config, plan, selection, known, asAccurate: problem } = answer;
  const planned = { ...answer, problem };
  const { uplink } = linkAt(config.link);
  const changes = uplinkChanges(planned, uplink / UPLINK_FACTOR, uplink * UPLINK_FACTOR);
  // Better cuts that are predicted to hold were measured and did not.
  const next = nextCut(problem, plan, { atLeast: objectiveOf(problem, plan) });
  return {
    version: 1,
    build: config.name,
    measured: selection !== undefined,
    accuracySource: known ? 'measured' : 'predicted',
    warnings: [...(answer.warnings ?? [])],
    objective: config.objective,
    value: objectiveOf(problem, plan),
    plan: alternative(plan, planned),
    crossing: crossing(planned),
    limits: limitPrices(config, problem, plan),
    next: {
      plan: next.plan ? alternative(next.plan, planned) : null,
      value: next.plan ? objectiveOf(problem, next.plan) : null,
      exact: next.exact,
    },
    uplink: {
      configured: uplink,
      searched: [uplink / UPLINK_FACTOR, uplink * UPLINK_FACTOR],
      below: flip(
        changes.findLast(({ at }) => at <= uplink),
        'from',
        planned,
      ),
      above: flip(
        changes.find(({ at }) => at > uplink),
        'to',
        planned,
      ),
    },
    bits: keptBits(problem, plan).map(({ layer, ...kept }) => ({ layer: problem.layers[layer].name, ...kept })),
  };
}

/** What a step of each limit is worth. */
function limitPrices(config: ResolvedConfig, problem: PlanningProblem, plan: Plan): ExplainDocument['limits'] {
  const prices = LIMITS.flatMap(({ name }): [LimitName, Price][] => {
    // Without a limit of the user, the error limit stands for the accuracy, which has a limit of its own.
    if (name === 'error' && config.constraints.error === undefined) return [];
    const found = priceOfLimit(problem, name, plan);
    return found ? [[name, { ...found, lost: found.lost ?? null }]] : [];
  });
  return Object.fromEntries(prices);
}

function flip(change: CutChange | undefined, side: 'from' | 'to', { problem }: Solvable): Flip {
  const name = change && cutName(change[side], problem);
  return name ? { at: change.at, ...name } : null;
}

function crossing({
  problem: { tensors, layers },
  plan,
  profile,
}: Solvable & { plan: Plan }): ExplainDocument['crossing'] {
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
