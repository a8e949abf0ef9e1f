/**
 * Selects the plan to build: the best plan that meets the accuracy limit when measured. It measures the plans that
 * users compare with, then each family that could contain a better plan, the most promising first. Among plans within
 * the tolerance it takes the most accurate.
 */

import type { Evaluation } from '../evaluate/evaluation.js';
import { type Family, familiesOf, familyOfPlan } from '../planner/analysis/families.js';
import { objectiveOf } from '../planner/core/measure.js';
import type { Plan, PlanningProblem } from '../planner/core/problem.js';
import { AutosplitError } from '../util/error.js';
import { seconds } from '../util/format.js';
import { alternativesOf } from './alternatives.js';
import type { DropModel } from './calibration.js';
import { type Certificate, certificateOf } from './certificate.js';
import { searchFamily } from './family-search.js';
import { createLedger, type Entry, type Ledger, type Measured } from './ledger.js';
import type { AccuracyLimit } from './limit.js';

export type { Certificate } from './certificate.js';
export type { Measured } from './ledger.js';
export { accuracyLimit } from './limit.js';

export interface SelectionOptions extends AccuracyLimit {
  problem: PlanningProblem;
  /** Share of the objective that may be given up for accuracy. */
  tolerance: number;
  /** Limit on measured plans, without the alternatives. */
  budget: number;
  /** Measure alternatives that cannot be the best, for comparison. @default true */
  everyAlternative?: boolean;
  /** Model of the drop before anything is measured. */
  model: DropModel;
  /** @param limit null: on all samples, whatever they show */
  measure(plan: Plan, limit: number | null): Promise<Evaluation>;
}

/** The selected plan and its evidence. Plain data. */
export interface Selection extends Measured {
  /** All measured plans by objective, including the selected one. */
  measured: Measured[];
  certificate: Certificate;
  /** The largest predicted error that should meet the limit, according to all measurements. */
  errorBudget: number;
  /** Set if no plan meets a limit that the user did not set. */
  warning?: string;
}

/** Limit on listed families. */
const MAX_FAMILIES = 256;

/** @throws AutosplitError INFEASIBLE where no plan holds a limit that the user set */
export async function selectPlan(options: SelectionOptions): Promise<Selection> {
  const { problem, limit, tolerance, model, measure, budget } = options;
  const ledger = createLedger({ problem, limit, tolerance, model, measure: (plan) => measure(plan, limit) });
  let spent = 0;
  const spend = () => ++spent <= budget;
  if (!problem.pinned) await measureAlternatives(ledger, options);
  const families = listFamilies(problem, ledger);
  const untried: Family[] = [];
  for (const family of inOrderOfPromise(families, ledger, options))
    if (!(await searchFamily(family, { problem, limit, tolerance, ledger, spend }))) untried.push(family);
  const best = await settleTies(ledger, options);
  const entries = [...ledger.entries()].sort((a, b) => a.value - b.value);
  const chosen = best ?? (await leastDrop(entries, options));
  // Families with a bound above the value of the selected plan cannot beat it any more.
  const isOpen = ({ bound }: Family) => bound < chosen.value * (1 - tolerance);
  const open = untried.filter(isOpen);
  const measured = entries.map(({ plan, evaluation }) =>
    plan === chosen.plan ? { plan, evaluation: chosen.evaluation } : { plan, evaluation },
  );
  return {
    plan: chosen.plan,
    evaluation: chosen.evaluation,
    measured,
    certificate: certificateOf({
      value: chosen.value,
      isLatency: (problem.objective ?? 'latency') === 'latency' || problem.objective === 'throughput',
      tolerance,
      holds: best !== undefined,
      families: families.filter(isOpen).length,
      measured: measured.length,
      untried: open.length,
      fastestUntried: open.reduce<number | undefined>((least, { bound }) => Math.min(least ?? bound, bound), undefined),
      isCut: families.length === MAX_FAMILIES && families.slice(-1).some(isOpen),
      isPinned: problem.pinned !== undefined,
    }),
    errorBudget: Math.max(best?.plan.error ?? 0, ledger.calibration.errorFor(chosen.family, limit)),
    ...(!best && {
      warning: `${lossOf(chosen, entries.length, limit)}; set constraints.accuracyDrop to make it binding`,
    }),
  };
}

/** Measures the edge-only and cloud-only plans; without `everyAlternative` only those that could be the best. */
async function measureAlternatives(
  ledger: Ledger,
  { problem, everyAlternative = true }: SelectionOptions,
): Promise<void> {
  for (const plan of alternativesOf(problem)) {
    const ceiling = ledger.ceiling() ?? Number.POSITIVE_INFINITY;
    if (everyAlternative || objectiveOf(problem, plan) < ceiling) await ledger.measure(plan);
  }
}

/** Lists families that could contain a better plan, at most {@link MAX_FAMILIES}. */
function listFamilies(problem: PlanningProblem, ledger: Ledger): Family[] {
  const families: Family[] = [];
  const ceiling = ledger.ceiling() ?? Number.POSITIVE_INFINITY;
  for (const family of familiesOf(problem)) {
    if (family.bound >= ceiling || families.length === MAX_FAMILIES) break;
    families.push(family);
  }
  return families;
}

/**
 * Sorts families: first those with a plan that should meet the limit, by its objective; then the others by their least
 * expected drop, since most of them only need to be refuted.
 */
function inOrderOfPromise(families: readonly Family[], ledger: Ledger, { problem, limit }: SelectionOptions): Family[] {
  const { calibration } = ledger;
  const rows = families.map((family) => {
    const promising = family.fastestWithin(calibration.errorFor(family.key, limit));
    const drop = calibration.dropOf(
      family.key,
      family.mostAccurate(ledger.ceiling())?.error ?? Number.POSITIVE_INFINITY,
    );
    return { family, promising, drop };
  });
  const bound = ({ family }: { family: Family }) => family.bound;
  const hopeful = rows.flatMap(({ promising, ...row }) => (promising ? [{ ...row, promising }] : []));
  const others = rows.filter(({ promising }) => !promising).sort((a, b) => a.drop - b.drop || bound(a) - bound(b));
  const promised = ({ promising }: { promising: Plan }) => objectiveOf(problem, promising);
  hopeful.sort((a, b) => promised(a) - promised(b) || bound(a) - bound(b));
  return [...hopeful, ...others].map(({ family }) => family);
}

/** Among accepted plans within the tolerance of the best: the most accurate, then the smallest. */
async function settleTies(ledger: Ledger, { problem, tolerance }: SelectionOptions): Promise<Entry | undefined> {
  const best = ledger.best();
  if (!best) return undefined;
  const most = best.anchor * (1 + tolerance);
  const safer = familyOfPlan(problem, best.plan).mostAccurate(most);
  if (safer && safer.error < best.plan.error) await ledger.measure(safer, best.anchor);
  const tied = ledger.entries().filter(({ isAccepted, value }) => isAccepted && value <= Math.max(most, best.value));
  const isPreferred = (a: Entry, b: Entry) => {
    const [own, other] = a.family === b.family ? [a.plan.error, b.plan.error] : [a.evaluation.drop, b.evaluation.drop];
    if (own !== other) return own < other;
    if (a.plan.memory.total !== b.plan.memory.total) return a.plan.memory.total < b.plan.memory.total;
    return a.value < b.value;
  };
  return tied.reduce((a, b) => (isPreferred(b, a) ? b : a), best);
}

/** The plan with the least drop, measured on all samples; used if no plan meets the limit. */
async function leastDrop(entries: readonly Entry[], { limit, binding, measure }: SelectionOptions): Promise<Entry> {
  const least = entries.reduce((a, b) => (b.evaluation.drop < a.evaluation.drop ? b : a));
  if (binding)
    throw new AutosplitError(
      'INFEASIBLE',
      [`no plan holds constraints.accuracyDrop: ${lossOf(least, entries.length, limit)}`, ...entries.map(inWords)].join(
        '\n  ',
      ),
      { hint: 'allow more memory or wider bits on the edge, a larger drop, or `split: cloud-only`' },
    );
  return { ...least, evaluation: await measure(least.plan, null) };
}

const lossOf = ({ evaluation: { drop, metric } }: Measured, count: number, limit: number): string =>
  `${count === 1 ? 'the one measured plan' : `the most accurate of ${count} measured plans`} loses ${percent(drop)} of ${metric}, the limit is ${percent(limit)}`;

/** Describes a measured plan in an error message. */
function inWords({ plan, evaluation: { drop, interval, samples } }: Measured): string {
  const [low, high] = interval.map(percent);
  return `${seconds(plan.latency.total)} ${plan.decision}: loses ${percent(drop)} (95 %: ${low} to ${high}, ${samples} samples)`;
}

const percent = (fraction: number) => `${(100 * fraction).toFixed(2)} %`;
