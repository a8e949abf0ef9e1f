import type { PlanningProblem } from '../core/problem.js';
import { type Columns, isMade } from './columns.js';
import { addForm, addTerm, atLeast, column, type Linear, linear, type Program } from './program.js';

/** What a plan costs, as forms over its columns. */
export interface CostForms {
  edge: Linear;
  transfer: Linear;
  cloud: Linear;
  latency: Linear;
  /** Joules on the edge. */
  energy: Linear;
  /** US dollars. */
  cost: Linear;
  error: Linear;
  /** Bytes of the edge half on disk. */
  disk: Linear;
}

export function costForms(
  { layers, tensors, link, rates = {}, deliver }: PlanningProblem,
  columns: Columns,
): CostForms {
  const [edge, cloud, joules, error, disk, up, down] = Array.from({ length: 7 }, () => linear());
  layers.forEach(({ options, cloudSeconds, cloudError = 0 }, l) => {
    options.forEach((option, o) => {
      const index = columns.option[l][o];
      addTerm(edge, index, option.seconds);
      addTerm(joules, index, option.joules ?? 0);
      addTerm(error, index, option.error);
      addTerm(disk, index, option.diskBytes ?? option.weightBytes);
    });
    addForm(cloud, linear(1, [[columns.edge[l], -1]]), cloudSeconds);
    addForm(error, linear(1, [[columns.edge[l], -1]]), cloudError);
  });
  tensors.forEach((tensor, t) => {
    tensor.wire.forEach((wire, w) => {
      addTerm(up, columns.wire[t][w], wire.bytes);
      addTerm(edge, columns.wire[t][w], wire.encodeSeconds ?? 0);
      addTerm(cloud, columns.wire[t][w], wire.decodeSeconds ?? 0);
      addTerm(error, columns.wire[t][w], wire.error);
    });
    if (deliver !== 'edge' || !tensor.isOutput) return;
    const bytes = tensor.downlinkBytes ?? 0;
    down.constant += bytes;
    addForm(down, isMade(columns, tensor), -bytes);
  });
  const travels = linear(0, [[columns.travels, 1]]);
  const transfer = sum([travels, link.fixedSeconds], [up, link.secondsPerByteUp], [down, link.secondsPerByteDown]);
  const latency = sum([edge, 1], [transfer, 1], [cloud, 1]);
  const energy = sum(
    [joules, 1],
    [latency, rates.idleWatts],
    [travels, link.fixedJoules],
    [up, link.joulesPerByteUp],
    [down, link.joulesPerByteDown],
  );
  const cost = sum(
    [cloud, rates.cloudDollarsPerSecond],
    [up, rates.dollarsPerByteUp],
    [down, rates.dollarsPerByteDown],
  );
  return { edge, transfer, cloud, latency, energy, cost, error, disk };
}

function sum(...parts: [form: Linear, factor: number | undefined][]): Linear {
  const total = linear();
  for (const [form, factor = 0] of parts) addForm(total, form, factor);
  return total;
}

/** The form to be made small; for `throughput` a column that is above each of the three. */
export function objectiveForm({ objective = 'latency' }: PlanningProblem, program: Program, forms: CostForms): Linear {
  if (typeof objective === 'object') {
    const { latency, energy, cost } = objective;
    return sum([forms.latency, latency], [forms.energy, energy], [forms.cost, cost]);
  }
  if (objective !== 'throughput') return forms[objective];
  const parts = [forms.edge, forms.transfer, forms.cloud];
  // In units of the largest part that any plan could have.
  const unit = Math.max(
    ...parts.map(({ constant, terms }) => constant + [...terms.values()].reduce((most, c) => Math.max(most, c), 0)),
  );
  if (!(unit > 0)) return linear();
  const slowest = column(program, Number.POSITIVE_INFINITY, false);
  for (const part of parts) {
    const form = linear(0, [[slowest, 1]]);
    addForm(form, part, -1 / unit);
    atLeast(program, form, 0);
  }
  return linear(0, [[slowest, unit]]);
}
