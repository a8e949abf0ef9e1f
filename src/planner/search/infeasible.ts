import { amount, type Breach, brokenSum, linearLimits } from '../core/limits.js';
import { ofPlan, WEIGHTS } from '../core/measure.js';
import type { Plan, PlanningProblem, Solution } from '../core/problem.js';
import { type SolveOptions, search } from './search.js';

type Infeasible = NonNullable<Solution['infeasible']>;

const SLACK = 1 + 1e-12;

/**
 * Which limit no plan can meet, and what would be needed: memory first, then one sum after the other within those
 * before it.
 */
export function explainInfeasible(
  problem: PlanningProblem,
  hasCut: boolean,
  lowerBound: number,
  options: SolveOptions,
): Infeasible {
  if (!hasCut) return { constraint: 'structure', reason: structureReason(problem) };
  const { memoryBytes } = problem.limits;
  if (memoryBytes !== undefined) {
    const needed = leastMemory({ ...problem, limits: {} }, options);
    if (needed === undefined) return { constraint: 'structure', reason: structureReason(problem) };
    if (needed > memoryBytes) return unmet({ name: 'memory', used: needed, limit: memoryBytes }, []);
  }
  const limits = linearLimits(problem);
  for (const [k, { name, measure, limit }] of limits.entries()) {
    const { best } = search(
      { ...problem, objective: undefined },
      { ...options, objective: measure, limits: limits.slice(0, k) },
    );
    const needed = best && ofPlan(measure, best);
    if (needed === undefined || needed <= limit * SLACK) continue;
    const before = [
      ...(memoryBytes === undefined ? [] : [`${memoryBytes} bytes`]),
      ...limits.slice(0, k).map((other) => `its ${other.name} limit`),
    ];
    return unmet({ name, used: needed, limit }, before);
  }
  return {
    constraint: 'structure',
    reason:
      lowerBound === Number.POSITIVE_INFINITY ? structureReason(problem) : 'no plan was found within the work limit',
  };
}

/** The limit on the objective itself where the best plan breaks it. */
export function limitBroken(problem: PlanningProblem, best: Plan): Infeasible | undefined {
  const broken = brokenSum(linearLimits(problem), best);
  return broken && unmet(broken, ['the other limits']);
}

/** A limit below what any plan needs of it. */
function unmet({ name, used: needed, limit }: Breach, within: string[]): Infeasible {
  const plan = `any allowed plan${within.length > 0 ? ` within ${within.join(' and ')}` : ''}`;
  const reason = `the least ${name} of ${plan} is ${amount(name, needed)}, the limit is ${amount(name, limit)}`;
  return { constraint: name, needed, limit, reason };
}

/** The least error of any plan within the limits; undefined where there is none. */
export function leastError(problem: PlanningProblem, options: SolveOptions = {}): number | undefined {
  return search({ ...problem, objective: 'error' }, options).best?.error;
}

/** The least memory of any plan within the other limits, in bytes: ever less is allowed until no plan is left. */
export function leastMemory(problem: PlanningProblem, options: SolveOptions = {}): number | undefined {
  let least: number | undefined;
  for (let round = 0; round < 60; round++) {
    const memoryBytes = least === undefined ? problem.limits.memoryBytes : least * (1 - 1e-9);
    const limited = { ...problem, limits: { ...problem.limits, memoryBytes } };
    const { best } = search(limited, { ...options, objective: WEIGHTS, limits: linearLimits(problem) });
    if (!best) break;
    least = best.memory.total;
    if (least === 0) break;
  }
  return least;
}

function structureReason({ pinned }: PlanningProblem): string {
  if (!pinned) return 'the layers pinned to one side leave no cut: some tensor would have to cross that cannot';
  if ('decision' in pinned) return `a layer or a tensor does not allow ${pinned.decision}`;
  return 'no cut is crossed by exactly the pinned tensors';
}
