import type { PlanningObjective, PlanningProblem } from '../../src/planner/core/problem.js';
import { randomNumbers } from './random-problem.js';

/**
 * The same problem with joules, dollars and bytes on disk, limits on them, and an objective, all drawn from the seed
 * unless given.
 */
export function withObjective(problem: PlanningProblem, seed: number, wanted?: PlanningObjective): PlanningProblem {
  const { unit, chance, pick } = randomNumbers(seed ^ 0x5bd1e995);
  const drawn = pick<PlanningObjective>([
    'latency',
    'energy',
    'cost',
    'throughput',
    'error',
    { latency: unit(), energy: unit() },
    { energy: unit(), cost: 1e5 * unit() },
  ]);
  const objective = wanted ?? drawn;
  const size = problem.layers.length;
  return {
    ...problem,
    objective,
    layers: problem.layers.map((layer) => ({
      ...layer,
      options: layer.options.map((option) => ({
        ...option,
        ...(chance(0.8) && { joules: 2 * unit() }),
        ...(chance(0.8) && { diskBytes: Math.ceil(20 * unit()) }),
      })),
    })),
    tensors: problem.tensors.map((tensor) => ({
      ...tensor,
      wire: tensor.wire.map((wire) =>
        chance(0.5) ? { ...wire, encodeSeconds: unit(), decodeSeconds: 0.5 * unit() } : wire,
      ),
    })),
    link: {
      ...problem.link,
      ...(chance(0.6) && { fixedJoules: unit() }),
      ...(chance(0.7) && { joulesPerByteUp: 0.1 * unit() }),
      ...(chance(0.5) && { joulesPerByteDown: 0.1 * unit() }),
    },
    rates: {
      ...(chance(0.5) && { idleWatts: unit() }),
      ...(chance(0.7) && { cloudDollarsPerSecond: 1e-5 * unit() }),
      ...(chance(0.5) && { dollarsPerByteUp: 1e-7 * unit() }),
      ...(chance(0.5) && { dollarsPerByteDown: 1e-7 * unit() }),
    },
    limits: {
      ...problem.limits,
      ...(chance(0.3) && { energyJoules: 2 * size * unit() }),
      ...(chance(0.3) && { costDollars: 1e-5 * size * unit() }),
      ...(chance(0.3) && { diskBytes: 20 * size * unit() }),
    },
  };
}
