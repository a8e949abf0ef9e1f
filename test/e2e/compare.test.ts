import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CompareDocument } from '../../src/documents/compare.js';
import type { ExplainDocument } from '../../src/documents/explain.gen.js';
import type { PlanDocument } from '../../src/documents/plan.js';
import { autosplit, configure, type ErrorDocument, json, type Patch, project, root, UNLABELLED } from './project.js';

const readSchema = (name: string) => JSON.parse(readFileSync(path.join(root, 'schemas', name), 'utf8'));

function expectValid(schema: string, document: unknown): void {
  const ajv = new Ajv2020({ allErrors: true, strict: false }).addSchema(readSchema('plan.schema.json'));
  const validate = ajv.compile(readSchema(schema));
  expect(validate(document), ajv.errorsText(validate.errors)).toBe(true);
}

/** Two samples: every run profiles the network anew. */
const FAST: Patch = { calibration: { images: 'data/calib/000[1-2].jpg' }, edge: { memory: '128 KiB' } };
const withUplink = (uplink: string) => project({ ...UNLABELLED, ...FAST, network: { preset: '3g', uplink } });

let folder: string;
beforeAll(() => {
  folder = withUplink('1 Mbps');
});

const compare = async (...args: string[]) => {
  const { document, exitCode } = await json<CompareDocument>(folder, ['compare', ...args]);
  expect(exitCode).toBe(0);
  expectValid('compare.schema.json', document);
  return document;
};

describe('compare', () => {
  test('holds all methods against the plan that `plan` shows', async () => {
    const { document: plan } = await json<PlanDocument>(folder, ['plan']);
    const { methods, sweep } = await compare();
    expect(sweep).toBeUndefined();
    const [ours, ...others] = methods;
    expect(ours).toMatchObject({
      name: 'autosplit',
      speedup: 1,
      plan: { cut: plan.cut, latency: plan.latency, edge: plan.edge },
    });
    expect(ours.edgeLayers).toBe(plan.layers.filter(({ placement }) => placement === 'edge').length);
    const weighted = plan.layers.filter(({ weightBits }) => weightBits !== null);
    expect(ours.weightBits.reduce((sum, { layers }) => sum + layers, 0)).toBe(weighted.length);
    expect(others.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['cloud-only', 'edge-only', 'neurosurgeon', 'dads', 'qdmp']),
    );
    for (const { name, plan: other, speedup } of others) {
      expect(speedup, name).toBeCloseTo(other.latency.total / plan.latency.total, 12);
      // Nothing that is feasible is faster than the plan by more than the tolerance, which is given away for accuracy.
      if (other.feasible) expect(speedup, name).toBeGreaterThanOrEqual(1 / 1.01);
      else expect(other.violated, name).not.toEqual([]);
    }
    expect(others.find(({ name }) => name === 'cloud-only')?.plan).toEqual(plan.baselines['cloud-only']);
  });

  test('solves along a range of uplinks as configs with these uplinks would', async () => {
    const { sweep } = await compare('--sweep', 'uplink=1..10000Mbps:5');
    expect(sweep).toMatchObject({ parameter: 'uplink', configured: 1e6 });
    expect(sweep?.points.map(({ value }) => Math.round(value))).toEqual([1e6, 1e7, 1e8, 1e9, 1e10]);
    const { document } = await json<PlanDocument>(withUplink('10000 Mbps'), ['plan']);
    const last = sweep?.points.at(-1);
    expect(last?.plan).toMatchObject({ decision: document.decision, cut: document.cut });
    expect(last?.plan?.latency.total).toBeCloseTo(document.latency.total, 12);
    expect(last?.cloudOnly).toBeCloseTo(document.baselines['cloud-only']?.latency.total ?? 0, 12);
    expect(last?.edgeOnly).toBeNull();
    expect(sweep?.points[0].plan?.decision).toBe('split');
    expect(document.decision).toBe('cloud-only');

    // On either side of the last change, `plan` decides as the change says.
    const { at = 0, from, to } = sweep?.changes.at(-1) ?? {};
    expect(to).toEqual({ decision: 'cloud-only', tensors: ['image'] });
    for (const [factor, cut] of [
      [0.999, from],
      [1.001, to],
    ] as const) {
      const { document: near } = await json<PlanDocument>(withUplink(`${Math.round(at * factor)} bps`), ['plan']);
      expect({ decision: near.decision, tensors: near.cut.map(({ tensor }) => tensor) }).toEqual(cut);
    }
  });

  test('finds the memory from which everything fits', async () => {
    const { sweep } = await compare('--sweep', 'memory=4KiB..1MiB:5');
    expect(sweep?.configured).toBe(128 * 1024);
    expect(sweep?.points.map(({ value }) => value)).toEqual(
      [4096, 16384, 65536, 262144, 1048576].map((value) => expect.closeTo(value, 6)),
    );
    expect(sweep?.points.at(-1)?.plan?.decision).toBe('edge-only');
    const last = sweep?.changes.at(-1);
    expect(last?.to?.decision).toBe('edge-only');
    // With much memory a plan as fast may use more of it to be more accurate; the change is where the first one fits.
    expect(last?.at).toBeLessThanOrEqual(sweep?.points.at(-1)?.plan?.edge.memory.total ?? 0);
    for (const [memory, decision] of [
      [Math.ceil(last?.at ?? 0), 'edge-only'],
      [Math.floor(0.999 * (last?.at ?? 0)), last?.from?.decision],
    ] as const) {
      const { document } = await json<PlanDocument>(folder, ['plan', '--memory', `${memory} B`]);
      expect(document.decision, `${memory} B`).toBe(decision);
      expect(document.edge.memory.total).toBeLessThanOrEqual(memory);
    }
    for (const { value, plan } of sweep?.points ?? []) expect(plan?.edge.memory.total ?? 0).toBeLessThanOrEqual(value);
  });

  test('solves along the error that the planner sums, and measures what each plan really loses', async () => {
    const labelled = project({ ...FAST, validation: { samples: 6 } });
    const { document } = await json<CompareDocument>(labelled, [
      'compare',
      '--measured',
      '--sweep',
      'error=0.001..0.3:3',
    ]);
    expectValid('compare.schema.json', document);
    const { sweep } = document;
    expect(sweep).toMatchObject({ parameter: 'error', configured: null });
    expect(sweep?.points.map(({ value }) => value)).toEqual(
      [0.001, Math.sqrt(0.0003), 0.3].map((value) => expect.closeTo(value, 9)),
    );
    const totals = sweep?.points.map(({ plan }) => plan?.latency.total ?? 0) ?? [];
    expect(totals).toEqual([...totals].sort((a, b) => b - a));
    for (const { value, plan, accuracy } of sweep?.points ?? []) {
      expect(plan?.error.total).toBeLessThanOrEqual(value * (1 + 1e-9));
      expect(plan?.error.limit).toBe(value);
      expect(accuracy).toMatchObject({ metric: 'metric.mjs', samples: 6, limit: null });
    }
    const csv = await autosplit(folder, ['compare', '--quiet', '--csv', '--sweep', 'error=0.001..0.3:2']);
    const [head, ...rows] = csv.stdout.split('\n').map((line) => line.trimEnd().split(','));
    // Nothing was measured here.
    expect(rows.filter((row) => row.length > 1).map((row) => row[head.indexOf('accuracy_drop')])).toEqual(['', '']);
  });

  test('goes on along a range where the config itself has no plan', async () => {
    const tight = project({ ...UNLABELLED, ...FAST, split: 'edge-only', edge: { memory: '8 KiB' } });
    const { document: refused, exitCode } = await json<ErrorDocument>(tight, ['compare']);
    expect([exitCode, refused.error.code]).toEqual([1, 'INFEASIBLE']);
    const { document, exitCode: swept } = await json<CompareDocument>(tight, [
      'compare',
      '--sweep',
      'memory=8KiB..1MiB:3',
    ]);
    expect(swept).toBe(0);
    expectValid('compare.schema.json', document);
    expect(document.infeasible).toBe(refused.error.message);
    expect(document.methods.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['cloud-only', 'edge-only', 'auto-split']),
    );
    expect(document.methods.every(({ name, speedup }) => name !== 'autosplit' && speedup === null)).toBe(true);
    expect(document.sweep?.points.map(({ plan }) => plan?.decision ?? null)).toEqual([null, null, 'edge-only']);
    expect(document.sweep?.changes).toMatchObject([{ from: null, to: { decision: 'edge-only' } }]);
    const words = await autosplit(tight, ['compare', '--quiet', '--sweep', 'memory=8KiB..9KiB:2']);
    expect(words.exitCode).toBe(1);
    expect(words.stdout).toMatch(/as it is configured, no plan holds edge.memory/);
    expect(words.stdout).toMatch(/^ *8.19 kB {2}no plan within the limits/m);
  });

  test('prints tables, for people and as CSV', async () => {
    const words = await autosplit(folder, ['compare', '--quiet', '--sweep', 'uplink=1..10000Mbps:5']);
    expect(words).toMatchObject({ exitCode: 0, stderr: '' });
    expect(words.stdout).toMatch(/^cloud-only +all in the cloud /m);
    expect(words.stdout).toMatch(/^accuracy is predicted, not measured: run `autosplit build`/m);
    expect(words.stdout).toMatch(/^ +at [\d.]+ [MG]bps +from after .* +to all in the cloud$/m);
    const methods = await autosplit(folder, ['compare', '--quiet', '--csv']);
    const [head, ...rows] = methods.stdout.split('\n').map((line) => line.trimEnd().split(','));
    expect(head.slice(0, 2)).toEqual(['build', 'method']);
    expect(rows.filter((row) => row.length > 1).every((row) => row.length === head.length)).toBe(true);
    const cloudOnly = rows.find(([, name]) => name === 'cloud-only') ?? [];
    expect(cloudOnly[head.indexOf('cut')]).toBe('image');
    expect(Number(cloudOnly[head.indexOf('total_seconds')])).toBeGreaterThan(0.05);
  });

  test.each([
    ['uplink', 'this is not a range'],
    ['colour=1..2Mbps', 'cannot be swept'],
    ['accuracy=0.5..2%', 'accuracy cannot be swept'],
    ['error=0.1..x', '"x" is not a number'],
    ['uplink=1..2', 'has no unit'],
    ['uplink=1..2MB', 'counts bytes'],
    ['uplink=2..1Mbps', 'to a larger one'],
    ['memory=1MB..2MB:1', 'from 2 to 200'],
  ])('refuses --sweep %s', async (range, why) => {
    const { document, exitCode } = await json<ErrorDocument>(folder, ['compare', '--sweep', range]);
    expect(exitCode).toBe(2);
    expect(document.error).toMatchObject({ code: 'USAGE', message: expect.stringContaining(why) });
  });

  test('refuses two formats at once', async () => {
    const { document, exitCode } = await json<ErrorDocument>(folder, ['compare', '--csv']);
    expect([exitCode, document.error.code]).toEqual([2, 'USAGE']);
  });
});

describe('explain', () => {
  test('names what crosses, what binds, the next cut and where the answer flips', async () => {
    const { document, exitCode } = await json<ExplainDocument>(folder, ['explain']);
    expect(exitCode).toBe(0);
    expectValid('explain.schema.json', document);
    const { plan, crossing, limits, next, uplink, bits } = document;
    expect(crossing.map(({ tensor }) => tensor)).toEqual(plan.cut.map(({ tensor }) => tensor));
    for (const { from, to } of crossing) {
      expect(from).not.toBeNull();
      expect(to.length).toBeGreaterThan(0);
    }
    // With room for the whole network it would stay on the edge, which takes two milliseconds.
    expect(limits.memory).toMatchObject({
      binding: true,
      limit: 128 * 1024,
      used: plan.edge.memory.total,
      step: 10_000,
    });
    expect(limits.memory?.first?.limit).toBeGreaterThan(128 * 1024);
    expect(limits.error).toBeUndefined();
    expect(next.exact).toBe(true);
    expect(next.plan?.latency.total).toBeGreaterThanOrEqual(plan.latency.total);
    expect(next.plan?.cut.map(({ tensor }) => tensor)).not.toEqual(plan.cut.map(({ tensor }) => tensor));
    expect(uplink).toMatchObject({ configured: 1e6, searched: [1e3, 1e9] });
    const { document: faster } = await json<PlanDocument>(
      withUplink(`${Math.round(1.001 * (uplink.above?.at ?? 0))} bps`),
      ['plan'],
    );
    expect(faster).toMatchObject({ decision: uplink.above?.decision });
    expect(faster.cut.map(({ tensor }) => tensor)).toEqual(uplink.above?.tensors);
    expect(uplink.above?.tensors).not.toEqual(plan.cut.map(({ tensor }) => tensor));
    // Fewer bits would save less than the tolerance: they are kept for the accuracy.
    for (const { why, secondsAdded } of bits) {
      expect(why).toBe('unneeded');
      expect(Math.abs(secondsAdded)).toBeLessThan(0.01 * plan.latency.total);
    }

    const more = withUplink('1 Mbps');
    configure(more, { edge: { memory: `${Math.ceil(limits.memory?.first?.limit ?? 0)} B` } });
    const { document: freed } = await json<PlanDocument>(more, ['plan']);
    // Both plans may be slower than the fastest by the tolerance.
    const saved = limits.memory?.first?.saved ?? 0;
    expect(saved).toBeGreaterThan(0);
    expect(Math.abs(plan.latency.total - freed.latency.total - saved)).toBeLessThanOrEqual(0.01 * plan.latency.total);
  });

  test('explains the plan that build takes, with --measured', async () => {
    const labelled = project({ ...FAST, validation: { samples: 6 } });
    const { document } = await json<ExplainDocument>(labelled, ['explain', '--measured']);
    expectValid('explain.schema.json', document);
    const { document: built } = await json<{ plan: PlanDocument }>(labelled, ['build']);
    expect(document).toMatchObject({ measured: true, plan: { cut: built.plan.cut, latency: built.plan.latency } });
    // The limit on the predicted error only stands for the accuracy: it has no price of its own.
    expect(document.limits.error).toBeUndefined();
  });

  test('speaks of the objective that is asked for', async () => {
    const thrifty = project({ ...UNLABELLED, ...FAST, objective: 'energy' });
    const { document } = await json<ExplainDocument>(thrifty, ['explain']);
    expectValid('explain.schema.json', document);
    expect(document).toMatchObject({ objective: 'energy', value: document.plan.energy?.total });
    expect(document.next.value).toBe(document.next.plan?.energy?.total);
    expect(document.next.value).toBeGreaterThanOrEqual(document.value);
    const words = await autosplit(thrifty, ['explain', '--quiet']);
    expect(words.stdout).toMatch(/energy [\d.]+ mJ$/m);
    expect(words.stdout).toMatch(/J more/);
  });

  test('says it in words', async () => {
    const words = await autosplit(folder, ['explain', '--quiet']);
    expect(words).toMatchObject({ exitCode: 0, stderr: '' });
    expect(words.stdout).toMatch(/memory binds: .* more would save/);
    expect(words.stdout).toMatch(/above \d+ Mbps it is /);
    expect(words.stdout).toContain('the next best cut');
  });
});
