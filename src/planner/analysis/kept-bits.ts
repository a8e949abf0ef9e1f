import { account } from '../core/accounting.js';
import { objectiveOf } from '../core/measure.js';
import type { Plan, PlanningProblem } from '../core/problem.js';

/** An edge layer that could have fewer weight bits, and what that would change. */
export interface KeptBits {
  layer: number;
  weightBits: number;
  /** The next fewer bits, and the plan with them in this layer alone. */
  fewer: number;
  errorAdded: number;
  bytesSaved: number;
  secondsAdded: number;
  /**
   * Why it does not: the error limit would be broken; the plan would be slower, or worse by another objective; or it
   * would gain nothing, because memory has room.
   */
  why: 'error' | 'latency' | 'objective' | 'unneeded';
}

/** The layers kept at more weight bits than the least of any layer on the edge, the most error per byte first. */
export function keptBits(problem: PlanningProblem, plan: Plan): KeptBits[] {
  const { layers, limits, objective = 'latency' } = problem;
  const { edge, option } = plan.assignment;
  const widths = layers.flatMap(({ options }, i) =>
    edge[i] && hasChoice(options) ? options.map(({ weightBits }) => weightBits) : [],
  );
  const least = Math.min(...widths);
  return layers
    .flatMap(({ options }, layer): KeptBits[] => {
      if (!edge[layer] || options[option[layer]].weightBits <= least) return [];
      const chosen = options[option[layer]];
      const fewer = options
        .map(({ weightBits, activationBits }, index) => ({ weightBits, activationBits, index }))
        .filter(
          ({ weightBits, activationBits }) =>
            activationBits === chosen.activationBits && weightBits < chosen.weightBits,
        )
        .sort((a, b) => b.weightBits - a.weightBits)
        .at(0);
      if (!fewer) return [];
      const changed = account(problem, { ...plan.assignment, option: option.with(layer, fewer.index) });
      const errorAdded = changed.error - plan.error;
      const secondsAdded = changed.latency.total - plan.latency.total;
      const isWorse = objectiveOf(problem, changed) > objectiveOf(problem, plan) * (1 + 1e-12);
      const isOver = limits.error !== undefined && changed.error > limits.error * (1 + 1e-12);
      return [
        {
          layer,
          weightBits: chosen.weightBits,
          fewer: fewer.weightBits,
          errorAdded,
          bytesSaved: plan.memory.total - changed.memory.total,
          secondsAdded,
          why: isOver ? 'error' : !isWorse ? 'unneeded' : objective === 'latency' ? 'latency' : 'objective',
        },
      ];
    })
    .sort(
      (a, b) =>
        b.errorAdded * a.bytesSaved - a.errorAdded * b.bytesSaved || b.errorAdded - a.errorAdded || a.layer - b.layer,
    );
}

const hasChoice = (options: readonly { weightBits: number }[]) =>
  new Set(options.map(({ weightBits }) => weightBits)).size > 1;
