import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { account } from '../../../src/planner/core/accounting.js';
import type { PlanAssignment, PlanningProblem } from '../../../src/planner/core/problem.js';
import { readCsv, readTables } from '../../../src/planner/core/tables.js';
import { solve } from '../../../src/planner/search/solve.js';
import { noShared, shared } from '../../shared.js';
import { unless } from '../../skips/unless.js';

const folder = join(shared ?? '', 'paper-tables');

/** The first `length` layers on the edge, everything at the same bits. */
function uniform(problem: PlanningProblem, length: number, bits: number): PlanAssignment {
  const { layers, tensors } = problem;
  return {
    edge: layers.map((_, i) => i < length),
    option: layers.map(({ options }, i) =>
      i < length ? options.findIndex((o) => o.weightBits === bits && o.activationBits === bits) : -1,
    ),
    wire: tensors.map(({ wire }) => wire.findIndex((w) => w.bits === bits)),
  };
}

describe("the paper's own cost tables", unless(noShared), () => {
  const reference = shared ? readCsv(join(folder, 'reference.csv')) : [];
  const deviceMemoryKb = (model: string) =>
    reference.find((row) => row.text('model') === model)?.number('device_memory_kb');

  it.each(['resnet18', 'resnet50', 'googlenet', 'mobilenet_v2'])('price %s as the reference does', (model) => {
    const rows = reference.filter(
      (row) => row.text('model') === model && /^(CLOUD_ONLY_16|EDGE_ONLY_U8|NEUROSURGEON_8)$/.test(row.text('method')),
    );
    expect(rows.length).toBeGreaterThanOrEqual(12);
    const latency = readCsv(join(folder, 'latency', `${model}.csv`));
    const errors = readCsv(join(folder, 'mse', `${model}.csv`));
    for (const row of rows) {
      const problem = readTables(folder, { model, mbps: row.number('mbps') });
      // Neurosurgeon at 8 bit runs the cloud at 8 bit too.
      if (row.text('method') === 'NEUROSURGEON_8') {
        problem.layers.forEach((layer, i) => {
          layer.cloudSeconds = latency[i].number('cloud_s_8');
          layer.cloudError = errors[i].number('wmse_8') + errors[i].number('amse_8');
        });
      }
      const cost = account(problem, uniform(problem, row.number('split_index') + 1, 8));
      // The reference simulates every layer anew, which differs from its own tables by up to 1.3e-5.
      expect(cost.latency.total / row.number('total_seconds')).toBeCloseTo(1, 4);
      expect(cost.error / row.number('error')).toBeCloseTo(1, 5);
      expect(cost.memory.total / 1024).toBeCloseTo(row.number('edge_kb'), 2);
    }
  });

  const cells = shared ? readCsv(join(folder, 'optimum.csv')) : [];
  const sample = cells.filter(
    (row) => ['resnet18', 'googlenet'].includes(row.text('model')) && [1, 20].includes(row.number('mbps')),
  );
  it.each(
    sample.map((row) => [`${row.text('model')} ${row.text('mbps')} Mbps ${row.text('limit_name')}`, row] as const),
  )('plans %s to the proven optimum', (_, row) => {
    const model = row.text('model');
    const problem = readTables(folder, {
      model,
      mbps: row.number('mbps'),
      errorLimit: row.maybe('error_limit'),
      deviceMemoryKb: deviceMemoryKb(model),
    });
    const { best, optimality } = solve(problem);
    expect(best && best.latency.total / row.number('total_seconds') - 1).toBeLessThan(1e-6);
    expect(best && best.latency.total / row.number('total_seconds') - 1).toBeGreaterThan(-1e-6);
    expect(optimality.gap).toBeLessThanOrEqual(1e-3);
  });

  it('refuses a folder without tables', () => {
    expect(() => readTables(folder, { model: 'nothing', mbps: 1 })).toThrow(/cannot be read/);
    expect(() => readTables(folder, { model: 'resnet18', mbps: 1, bits: [3] })).toThrow(/no column edge_s_w3_a3/);
  });
});
