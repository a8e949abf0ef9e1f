/**
 * Takes the plan that is built: the one of least objective that holds the accuracy limit when it is measured. Plans
 * that users compare with are measured first; then every family of plans that could beat the best, the most promising
 * one first; plans that are as fast but for a tolerance give way to the most accurate of them.
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
  /** Share of the objective within which the more accurate plan is taken. */
  tolerance: number;
  /** Most plans to measure beside the alternatives. */
  budget: number;
  /** Whether alternatives that can not be the best are measured too, to compare with. @default true */
  everyAlternative?: boolean;
  /** The drop to expect of a predicted error before anything is measured. */
  model: DropModel;
  /** @param limit null: on all samples, whatever they show */
  measure(plan: Plan, limit: number | null): Promise<Evaluation>;
}

/** The plan that is built, and what that rests on. Plain data. */
export interface Selection extends Measured {
  /** All plans that were measured, by objective; the chosen one is among them. */
  measured: Measured[];
  certificate: Certificate;
  /** The largest predicted error that is expected to hold, by all that was measured. */
  errorBudget: number;
  /** Where no plan holds a limit that the user did not set. */
  warning?: string;
}

/** Families that are listed at most. */
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
  // Families that a better plan has overtaken since are slower by their bound.
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

/**
 * Measures everything on the edge and everything in the cloud; without `everyAlternative` what could still be the best
 * alone.
 */
async function measureAlternatives(
  ledger: Ledger,
  { problem, everyAlternative = true }: SelectionOptions,
): Promise<void> {
  for (const plan of alternativesOf(problem)) {
    const ceiling = ledger.ceiling() ?? Number.POSITIVE_INFINITY;
    if (everyAlternative || objectiveOf(problem, plan) < ceiling) await ledger.measure(plan);
  }
}

/** Families with a plan that could beat the best, at most {@link MAX_FAMILIES} of them. */
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
 * Families whose calibrated drop lets expect a plan that holds, by the objective of that plan; then the others, of
 * which most are only refuted, by the least drop that is expected of them.
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

/** Of accepted plans as good as the best but for the tolerance, the most accurate, then the smallest. */
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

/** Where no plan holds: the one that loses least, on all samples. */
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

/** A measured plan as an error shows it: time, decision, what is lost and how sure that is. */
function inWords({ plan, evaluation: { drop, interval, samples } }: Measured): string {
  const [low, high] = interval.map(percent);
  return `${seconds(plan.latency.total)} ${plan.decision}: loses ${percent(drop)} (95 %: ${low} to ${high}, ${samples} samples)`;
}

const percent = (fraction: number) => `${(100 * fraction).toFixed(2)} %`;
