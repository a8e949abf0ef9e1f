import { account } from '../core/accounting.js';
import { type LinearLimit, ofPlan } from '../core/measure.js';
import { type Model, toAssignment } from '../core/model.js';
import { isBetter, isWithin } from '../core/prefer.js';
import type { Plan } from '../core/problem.js';
import type { Setting, State } from './state.js';

/** The best plan of a run, and the limits that it keeps. */
export interface Incumbent {
  setting: Setting;
  memoryBytes: number | undefined;
  limits: readonly LinearLimit[];
  best: Plan | undefined;
  /** Cost of the best plan, ties included; infinite while there is none. */
  cost: number;
}

/** Costs the plan of a cut; where it keeps the limits, it is remembered for later runs and may become the best. */
export function offer(
  incumbent: Incumbent,
  state: State,
  model: Model,
  edge: Uint8Array,
  { option, wire }: { option: Int32Array; wire: Int32Array },
): void {
  const assignment = toAssignment(model, edge, option, wire);
  const plan: Plan = { ...account(incumbent.setting.problem, assignment), assignment };
  if (!isAllowed(incumbent, plan)) return;
  remember(incumbent, state, plan);
  take(incumbent, plan);
}

/** Makes a plan the best one where it keeps the limits and is better. */
export function take(incumbent: Incumbent, plan: Plan): void {
  const { setting, best } = incumbent;
  if (!isAllowed(incumbent, plan)) return;
  if (best && !isBetter(setting.problem, plan, best, setting.objective)) return;
  incumbent.best = plan;
  incumbent.cost = Math.min(incumbent.cost, ofPlan(setting.withTies, plan));
}

const isAllowed = ({ setting, memoryBytes, limits }: Incumbent, plan: Plan): boolean =>
  isWithin(setting.problem, plan, memoryBytes, limits);

/** Adds a plan to those met, unless one of them is as good in everything that counts under any limits. */
function remember({ setting, limits }: Incumbent, state: State, plan: Plan): void {
  const uses = (each: Plan) => [
    each.memory.total,
    ofPlan(setting.objective, each),
    ...limits.map(({ measure }) => ofPlan(measure, each)),
  ];
  const own = uses(plan);
  const beats = (a: number[], b: number[]) => a.every((amount, k) => amount <= b[k]);
  const isOutdone = (other: number[], by: Plan) =>
    beats(other, own) && !(beats(own, other) && isBetter(setting.problem, plan, by, setting.objective));
  if (state.plans.some((other) => isOutdone(uses(other), other))) return;
  state.plans = [...state.plans.filter((other) => !beats(own, uses(other))), plan];
}
