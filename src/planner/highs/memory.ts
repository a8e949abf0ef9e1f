import { tensorBytes } from '../core/live.js';
import type { PlanningProblem } from '../core/problem.js';
import { type Columns, isMade, optionsOfBits, originOf } from './columns.js';
import { addForm, addTerm, atLeast, column, equals, type Linear, linear, type Program, within } from './program.js';

/**
 * Rows by which weights and activations fit: one for every execution step (`live`) or every tensor (`largest`). A step
 * in the cloud may be held to the limit as well, since what is live there was live at the edge step before it.
 */
export function memoryRows(problem: PlanningProblem, program: Program, columns: Columns, limit: number): void {
  const { layers, activationMemory } = problem;
  const weights = column(program, Number.POSITIVE_INFINITY, false);
  // In units of the limit, as everything else here.
  const unit = limit > 0 ? limit : 1;
  const packed = linear(0, [[weights, 1]]);
  layers.forEach(({ options }, l) => {
    for (const [o, { weightBytes }] of options.entries()) addTerm(packed, columns.option[l][o], -weightBytes / unit);
  });
  equals(program, packed, 0);
  for (const activations of activationMemory === 'largest'
    ? largestTensors(problem, program, columns)
    : liveTensors(problem, program, columns)) {
    const total = linear(0, [[weights, unit]]);
    addForm(total, activations);
    within(program, total, limit);
  }
}

function largestTensors(problem: PlanningProblem, program: Program, columns: Columns): Linear[] {
  return problem.tensors.map((_, t) => bytesWhileThere(problem, program, columns, t));
}

/** The bytes that live at each step. */
function liveTensors(problem: PlanningProblem, program: Program, columns: Columns): Linear[] {
  const { layers, tensors, deliver } = problem;
  const last = layers.length - 1;
  const lastReader = tensors.map(() => -1);
  layers.forEach(({ inputs }, l) => {
    for (const t of inputs) lastReader[t] = Math.max(lastReader[t], l);
  });
  const live = layers.map(() => linear());
  /** Bytes of crossing tensors that from this step on nothing on the edge can be waiting for. */
  const waiting = layers.map(() => linear());
  tensors.forEach((tensor, t) => {
    const isSent = deliver === 'cloud' && tensor.isOutput;
    if (tensor.producer < 0 && lastReader[t] < 0 && !isSent) return;
    const from = Math.max(0, originOf(tensor));
    const to = tensor.isOutput ? last : Math.max(from, lastReader[t]);
    const bytes = bytesWhileThere(problem, program, columns, t);
    for (let step = from; step <= to; step++) addForm(live[step], bytes);
    const crosses = columns.crosses[t];
    if (to === last || crosses === undefined) return;
    addForm(waiting[to + 1], bytesWhileSent(problem, program, columns, t, crosses));
  });
  let held: number | undefined;
  return live.map((form, step) => {
    if (waiting[step].terms.size > 0) {
      // A running sum keeps the rows short.
      const next = column(program, Number.POSITIVE_INFINITY, false);
      const sum = linear(0, [[next, SUM_UNIT]]);
      addForm(sum, waiting[step], -1);
      if (held !== undefined) addTerm(sum, held, -SUM_UNIT);
      scaledEquals(program, sum);
      held = next;
    }
    if (held !== undefined) addTerm(form, held, SUM_UNIT);
    return form;
  });
}

/** Running sums are in mebibytes, for columns of moderate size. */
const SUM_UNIT = 2 ** 20;

function scaledEquals(program: Program, form: Linear): void {
  const scaled = linear();
  addForm(scaled, form, 1 / SUM_UNIT);
  equals(program, scaled, 0);
}

/** The bytes of a tensor on the edge, 0 where it is not there. */
function bytesWhileThere(problem: PlanningProblem, program: Program, columns: Columns, t: number): Linear {
  const tensor = problem.tensors[t];
  const { producer, elements, inputBits = 32 } = tensor;
  if (producer < 0) return linear(0, [[columns.any, tensorBytes(elements, inputBits)]]);
  if (originOf(tensor) !== producer) return bytesByBits(problem, program, columns, t, isMade(columns, tensor));
  return linear(
    0,
    columns.option[producer].map(
      (o, k) => [o, tensorBytes(elements, problem.layers[producer].options[k].activationBits)] as const,
    ),
  );
}

/** The bytes of a tensor that crosses, 0 where it does not or nothing is on the edge. */
function bytesWhileSent(
  problem: PlanningProblem,
  program: Program,
  columns: Columns,
  t: number,
  crosses: number,
): Linear {
  const { producer, elements, inputBits = 32 } = problem.tensors[t];
  if (producer >= 0) return bytesByBits(problem, program, columns, t, linear(0, [[crosses, 1]]));
  const both = column(program, 1, false);
  const terms = [
    [both, 1],
    [crosses, -1],
    [columns.any, -1],
  ] as const;
  atLeast(program, linear(0, terms), -1);
  return linear(0, [[both, tensorBytes(elements, inputBits)]]);
}

/**
 * Bytes by the bits of the producer while `there` is 1: a share of it for every bit-width, no larger than the producer
 * has these bits.
 */
function bytesByBits(problem: PlanningProblem, program: Program, columns: Columns, t: number, there: Linear): Linear {
  const { producer, elements } = problem.tensors[t];
  const widths = [...new Set(problem.layers[producer].options.map(({ activationBits }) => activationBits))];
  const bytes = linear();
  if (widths.length === 1) {
    addForm(bytes, there, tensorBytes(elements, widths[0]));
    return bytes;
  }
  const shares = linear();
  addForm(shares, there, -1);
  for (const bits of widths) {
    const share = column(program, 1, false);
    addTerm(shares, share, 1);
    addTerm(bytes, share, tensorBytes(elements, bits));
    const having = optionsOfBits(problem, columns, producer, bits).map((o) => [o, 1] as const);
    atLeast(program, linear(0, [...having, [share, -1]]), 0);
  }
  equals(program, shares, 0);
  return bytes;
}
