import { encodingLayers } from '../core/decision.js';
import type { PlanningProblem } from '../core/problem.js';
import { addTerm, atLeast, column, equals, type Linear, linear, type Program } from './program.js';

/** Where what a plan decides stands in the program. */
export interface Columns {
  /** 1 where the layer is on the edge. */
  edge: number[];
  /** 1 for the option of an edge layer, by layer and option. */
  option: number[][];
  /** 1 where the tensor crosses; undefined where nothing could want it in the cloud. */
  crosses: (number | undefined)[];
  /** 1 for the wire option of a crossing tensor, by tensor and option. */
  wire: number[][];
  /** 1 where anything travels. */
  travels: number;
  /** 1 where any layer is on the edge. */
  any: number;
}

/** The layer that must be on the edge for the tensor to be there; -1 for what is always there. */
export const originOf = ({ producer, availableFrom }: PlanningProblem['tensors'][number]) => availableFrom ?? producer;

/** 1 where the tensor is made on the edge. */
export function isMade({ edge }: Pick<Columns, 'edge'>, tensor: PlanningProblem['tensors'][number]): Linear {
  const origin = originOf(tensor);
  return origin < 0 ? linear(1) : linear(0, [[edge[origin], 1]]);
}

/** Options of a layer that leave these bits in its outputs. */
export function optionsOfBits(
  { layers }: PlanningProblem,
  { option }: Pick<Columns, 'option'>,
  layer: number,
  bits: number,
): number[] {
  return option[layer].filter((_, o) => layers[layer].options[o].activationBits === bits);
}

/**
 * The columns, and the rows that make them a plan: closed cuts, an option per edge layer, a wire option per crossing
 * tensor.
 */
export function planColumns(problem: PlanningProblem, program: Program): Columns {
  const { layers, tensors, cuts, pinned } = problem;
  const edge = layers.map(({ placement, options }) => {
    const index = column(program, placement === 'cloud' || options.length === 0 ? 0 : 1, true);
    if (placement === 'edge') program.lower[index] = 1;
    return index;
  });
  if (pinned && 'decision' in pinned) {
    const encoding = encodingLayers(problem);
    for (const [layer, index] of edge.entries()) {
      if (pinned.decision === 'edge-only') fix(program, index, 1);
      else if (!encoding[layer]) fix(program, index, 0);
    }
  }
  const option = layers.map(({ options }, l) => {
    const own = options.map(() => column(program, 1, true));
    if (own.length > 0) equals(program, linear(0, [...own.map((o) => [o, 1] as const), [edge[l], -1]]), 0);
    return own;
  });
  const any = column(program, 1, false);
  layers.forEach(({ inputs }, l) => {
    const needed = new Set(inputs.flatMap((t) => [tensors[t].producer, originOf(tensors[t])]).filter((p) => p >= 0));
    if (cuts === 'prefixes' && l > 0) needed.add(l - 1);
    for (const p of needed) atLeast(program, difference(edge[p], edge[l]), 0);
    // Any closed set but the empty one holds a layer without predecessors.
    if (needed.size === 0) atLeast(program, difference(any, edge[l]), 0);
  });
  const travels = column(program, 1, false);
  const columns = { edge, option, any, travels };
  const crosses = crossingColumns(problem, program, columns);
  const wire = tensors.map((_, t) => wireColumns(problem, program, columns, t, crosses[t]));
  return { ...columns, crosses, wire };
}

const difference = (plus: number, minus: number) =>
  linear(0, [
    [plus, 1],
    [minus, -1],
  ]);

function fix({ lower, upper }: Program, index: number, value: number): void {
  lower[index] = Math.max(lower[index], value);
  upper[index] = Math.min(upper[index], value);
}

type Decided = Pick<Columns, 'edge' | 'option' | 'travels'>;

function crossingColumns(problem: PlanningProblem, program: Program, decided: Decided): Columns['crosses'] {
  const { layers, tensors, deliver, pinned } = problem;
  const pins = pinned && 'crossing' in pinned ? new Set(pinned.crossing) : undefined;
  const readers: number[][] = tensors.map(() => []);
  layers.forEach(({ inputs }, l) => {
    for (const t of new Set(inputs)) readers[t].push(l);
  });
  return tensors.map((tensor, t) => {
    const made = isMade(decided, tensor);
    if (deliver === 'edge' && tensor.isOutput) {
      // What is made in the cloud travels back.
      const form = linear(made.constant, made.terms);
      addTerm(form, decided.travels, 1);
      atLeast(program, form, 1);
    }
    const isSent = deliver === 'cloud' && tensor.isOutput;
    if (readers[t].length === 0 && !isSent) {
      // Pinned to cross, but it cannot: make the program infeasible.
      if (pins?.has(t)) atLeast(program, linear(0), 1);
      return undefined;
    }
    const crosses = column(program, 1, false);
    const without = () => {
      const form = linear(-made.constant);
      for (const [index, coefficient] of made.terms) addTerm(form, index, -coefficient);
      addTerm(form, crosses, 1);
      return form;
    };
    // It crosses if it is made on the edge and any reader is in the cloud: one row per reader.
    if (isSent) atLeast(program, without(), 0);
    else
      for (const l of readers[t]) {
        const form = without();
        addTerm(form, decided.edge[l], 1);
        atLeast(program, form, 0);
      }
    atLeast(program, difference(decided.travels, crosses), 0);
    if (pins) fix(program, crosses, pins.has(t) ? 1 : 0);
    if (pins?.has(t)) {
      // It really crosses: made on the edge, and some reader is in the cloud.
      atLeast(program, made, 1);
      if (!isSent)
        atLeast(
          program,
          linear(
            readers[t].length,
            readers[t].map((l) => [decided.edge[l], -1] as const),
          ),
          1,
        );
    }
    return crosses;
  });
}

function wireColumns(
  problem: PlanningProblem,
  program: Program,
  decided: Decided,
  t: number,
  crosses: number | undefined,
): number[] {
  const { wire, producer, inputBits = 32 } = problem.tensors[t];
  if (crosses === undefined) return wire.map(() => column(program, 0, true));
  const own = wire.map(({ activationBits }) => {
    const isPossible = producer >= 0 || activationBits === undefined || activationBits === inputBits;
    return column(program, isPossible ? 1 : 0, true);
  });
  equals(program, linear(0, [...own.map((w) => [w, 1] as const), [crosses, -1]]), 0);
  if (producer < 0) return own;
  const coupled = new Set(wire.flatMap(({ activationBits }) => activationBits ?? []));
  for (const bits of coupled) {
    const allowed = optionsOfBits(problem, decided, producer, bits).map((o) => [o, 1] as const);
    const used = own.filter((_, w) => wire[w].activationBits === bits).map((w) => [w, -1] as const);
    atLeast(program, linear(0, [...allowed, ...used]), 0);
  }
  return own;
}
