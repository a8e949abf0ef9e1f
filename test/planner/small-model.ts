import fc from 'fast-check';
import { account } from '../../src/planner/core/accounting.js';
import { buildModel } from '../../src/planner/core/build-model.js';
import { linearLimits } from '../../src/planner/core/limits.js';
import { type LinearLimit, latency, ofPlan } from '../../src/planner/core/measure.js';
import { type Model, toAssignment } from '../../src/planner/core/model.js';
import type { PlannedCost, PlanningProblem } from '../../src/planner/core/problem.js';
import { withObjective } from './random-objective.js';
import { randomProblem } from './random-problem.js';

export interface SmallModel {
  problem: PlanningProblem;
  model: Model;
  limits: LinearLimit[];
}

/**
 * The latency model of a random problem with joules, dollars and bytes on disk, few enough layers to try every plan. A
 * message costs nothing by itself, so that plans by which nothing travels need no model of their own.
 */
export const smallModel: fc.Arbitrary<SmallModel> = fc
  .tuple(fc.integer(), fc.integer({ min: 1, max: 5 }), fc.boolean())
  .map(([seed, layers, ties]) => {
    const problem = withObjective(randomProblem(seed, { layers, options: 3, ties }), seed, 'latency');
    delete problem.pinned;
    problem.link = { ...problem.link, fixedSeconds: 0, fixedJoules: 0 };
    const limits = linearLimits(problem);
    return { problem, model: buildModel(problem, { silent: false, objective: latency(problem), limits }), limits };
  });

/** Every closed set of layers that the placement and the options of a model allow. */
export function everyCut(model: Model, placement: Int8Array = model.placement): Uint8Array[] {
  const { layerCount, before, optionStart } = model;
  return Array.from({ length: 2 ** layerCount }, (_, bits) =>
    Uint8Array.from({ length: layerCount }, (_, l) => (bits >> l) & 1),
  ).filter((edge) =>
    edge.every((on, l) =>
      on
        ? placement[l] >= 0 && optionStart[l] < optionStart[l + 1] && before[l].every((p) => edge[p])
        : placement[l] <= 0 && model.cloudCost[l] < Number.POSITIVE_INFINITY,
    ),
  );
}

/** A plan of a model, numbered as there, with what it costs by the accounting. */
export interface Priced {
  edge: Uint8Array;
  option: Int32Array;
  wire: Int32Array;
  cost: PlannedCost;
}

/** Every plan with this cut out of the options and wire options that the model kept. */
export function plansOf({ problem, model }: SmallModel, edge: Uint8Array): Priced[] {
  const range = (start: Int32Array, i: number) =>
    Array.from({ length: start[i + 1] - start[i] }, (_, k) => start[i] + k);
  const isMade = (t: number) => model.origin[t] < 0 || edge[model.origin[t]] === 1;
  const crosses = (t: number) => isMade(t) && (model.always[t] === 1 || model.readers[t].some((l) => !edge[l]));
  let options = [new Int32Array(model.layerCount).fill(-1)];
  for (let l = 0; l < model.layerCount; l++)
    if (edge[l]) options = options.flatMap((own) => range(model.optionStart, l).map((o) => own.with(l, o)));
  return options.flatMap((option) => {
    let wires = [new Int32Array(model.tensorCount).fill(-1)];
    for (let t = 0; t < model.tensorCount; t++) {
      if (!crosses(t)) continue;
      const bits = model.producer[t] < 0 ? model.inputBits[t] : model.optionBits[option[model.producer[t]]];
      const suits = (w: number) => model.wireBits[w] === 0 || model.wireBits[w] === bits;
      wires = wires.flatMap((own) =>
        range(model.wireStart, t)
          .filter(suits)
          .map((w) => own.with(t, w)),
      );
    }
    return wires.map((wire) => ({
      edge,
      option,
      wire,
      cost: account(problem, toAssignment(model, edge, option, wire)),
    }));
  });
}

/** True where a plan keeps memory and every sum that is limited. */
export const keepsLimits = ({ problem, limits }: SmallModel, { cost }: Priced, rounding = 1 + 1e-9): boolean =>
  cost.memory.total <= (problem.limits.memoryBytes ?? Number.POSITIVE_INFINITY) * rounding &&
  limits.every(({ measure, limit }) => ofPlan(measure, cost) <= limit * rounding);

export const seed = Number(process.env.SEED ?? 1);
export const runs = Number(process.env.RUNS ?? 200);
