import { account } from '../../../src/planner/core/accounting.js';
import { crossingTensors } from '../../../src/planner/core/crossing.js';
import { objectiveOf } from '../../../src/planner/core/measure.js';
import type { Plan, PlanningProblem, WireOption } from '../../../src/planner/core/problem.js';

/** Bits of a coarse grid: weights of all edge layers and values of all crossing tensors alike. */
export const GRID_BITS = [8, 6, 4] as const;

/** A plan of the grid without the encoding of its bytes, which changes no result. */
export interface GridPoint {
  key: string;
  plan: Plan;
}

/**
 * Every set of layers that is closed under predecessors; where these are more than `most`, the prefixes of the
 * execution order.
 */
export function cutsOf(problem: PlanningProblem, most: number): boolean[][] {
  const sets = closedSets(problem, most);
  if (sets.length <= most) return sets;
  const { layers } = problem;
  const longest = layers.findIndex(({ placement, options }) => placement === 'cloud' || options.length === 0);
  return Array.from({ length: (longest < 0 ? layers.length : longest) + 1 }, (_, length) =>
    layers.map((_, i) => i < length),
  );
}

/** Closed sets, one more than `most` of them at most. */
function closedSets({ layers, tensors }: PlanningProblem, most: number): boolean[][] {
  const sets: boolean[][] = [];
  const edge = layers.map(() => false);
  const visit = (i: number) => {
    if (sets.length > most) return;
    if (i === layers.length) {
      sets.push([...edge]);
      return;
    }
    visit(i + 1);
    const { inputs, placement, options } = layers[i];
    if (placement === 'cloud' || options.length === 0) return;
    if (!inputs.every((t) => tensors[t].producer < 0 || edge[tensors[t].producer])) return;
    edge[i] = true;
    visit(i + 1);
    edge[i] = false;
  };
  visit(0);
  return sets;
}

/**
 * All cuts at 8, 6 and 4 bits, with every kind of loss that an input may have; of encodings that give back the same
 * codes, the one with the least objective. Plans that do not fit into memory are left out.
 */
export function coarseGrid(problem: PlanningProblem, most: number): GridPoint[] {
  const { memoryBytes = Number.POSITIVE_INFINITY } = problem.limits;
  return cutsOf(problem, most)
    .flatMap((edge) => GRID_BITS.flatMap((bits) => pointsOf(problem, edge, bits)))
    .filter(({ plan }) => plan.memory.total <= memoryBytes);
}

function pointsOf(problem: PlanningProblem, edge: boolean[], bits: number): GridPoint[] {
  const option = problem.layers.map(({ options }, i) => (edge[i] ? optionAt(options, bits) : -1));
  if (option.some((chosen, i) => edge[i] && chosen < 0)) return [];
  let points: { wire: number[]; key: string }[] = [{ wire: problem.tensors.map(() => -1), key: '' }];
  for (const t of crossingTensors(problem, edge)) {
    const choices = wireChoices(problem, t, bits);
    points = points.flatMap(({ wire, key }) =>
      choices.map(([name, w]) => ({
        wire: wire.map((each, at) => (at === t ? w : each)),
        key: `${key} ${problem.tensors[t].name}:${name}`,
      })),
    );
  }
  return points.map(({ wire, key }) => {
    const assignment = { edge, option, wire };
    return { key: `${edge.map(Number).join('')} ${bits}${key}`, plan: { ...account(problem, assignment), assignment } };
  });
}

/** The option with these weight bits; for layers without weights or in float, their own. */
function optionAt(options: PlanningProblem['layers'][number]['options'], bits: number): number {
  const wanted = options.findIndex(({ weightBits }) => weightBits === bits);
  return wanted >= 0 ? wanted : options.findIndex(({ weightBits }) => weightBits === 0 || weightBits === 32);
}

/** Of each distinct result of sending a tensor the cheapest option; pictures keep their bits. */
function wireChoices(problem: PlanningProblem, t: number, bits: number): [name: string, wire: number][] {
  const { wire, producer } = problem.tensors[t];
  const groups = new Map<string, number>();
  const cost = ({ bytes, encodeSeconds = 0, decodeSeconds = 0 }: WireOption) =>
    bytes * problem.link.secondsPerByteUp + encodeSeconds + decodeSeconds;
  for (const [w, each] of wire.entries()) {
    if (each.bits !== bits && !(bits === 8 && each.bits > 8) && producer >= 0) continue;
    const name = `${each.bits}${each.loss ?? ''}`;
    const known = groups.get(name);
    if (known === undefined || cost(each) < cost(wire[known])) groups.set(name, w);
  }
  return [...groups];
}

export const objectiveAt = (problem: PlanningProblem, { plan }: GridPoint): number => objectiveOf(problem, plan);
