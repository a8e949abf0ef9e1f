import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { PlanDocument } from '../../src/documents/plan.js';
import { autosplit, configure, type ErrorDocument, json, type Patch, project, root, UNLABELLED } from './project.js';

const POWER = { active: '5 W', idle: '1 W' };
const RADIO = { transmit: '100 nJ/bit', receive: '50 nJ/bit' };
const FAST: Patch = { ...UNLABELLED, calibration: { images: 'data/calib/000[1-2].jpg' } };
const BOARD: Patch = {
  ...FAST,
  edge: { preset: 'raspberry-pi-4', memory: '64 KiB', power: POWER },
  network: { preset: 'ethernet-1g', uplink: '1 Mbps', energy: RADIO, price: '10 USD/GB' },
  cloud: { preset: 'nvidia-t4', price: '3.6 USD/h' },
};

async function planOf(folder: string): Promise<PlanDocument> {
  const { document, exitCode } = await json<PlanDocument>(folder, ['plan']);
  expect(exitCode, JSON.stringify(document)).toBe(0);
  const ajv = new Ajv2020({ strict: false });
  const validate = ajv.compile(JSON.parse(readFileSync(path.join(root, 'schemas/plan.schema.json'), 'utf8')));
  expect(validate(document), ajv.errorsText(validate.errors)).toBe(true);
  return document;
}

const sum = (values: readonly (number | null)[]) => values.reduce<number>((total, value) => total + (value ?? 0), 0);

describe.concurrent('energy and money', () => {
  test('of a plan follow from power, radio, prices and its latency', async () => {
    const { layers, latency, energy, cost, cut, decision } = await planOf(project(BOARD));
    expect(decision).toBe('split');
    const edge = layers.filter(({ placement }) => placement === 'edge');
    // No energy per multiply-accumulate: 4 W above idle for as long as the layers of the edge compute.
    expect(energy?.edge).toBeCloseTo(4 * sum(edge.map(({ edgeSeconds }) => edgeSeconds)), 12);
    expect(energy?.edge).toBeCloseTo(sum(edge.map(({ edgeJoules }) => edgeJoules)), 12);
    expect(energy?.idle).toBeCloseTo(1 * latency.total, 12);
    // Ethernet: 78 bytes of headers in 1538. The answer is 35 x 24 floats, the head of a message 652 bytes either way.
    const onAir = 1538 / (1538 - 78);
    const [up, down] = [sum(cut.map(({ bytes }) => bytes)), 35 * 24 * 4];
    expect(energy?.radio).toBeCloseTo(onAir * 8 * ((up + 652) * 100e-9 + (down + 652) * 50e-9), 9);
    expect(energy?.total).toBeCloseTo((energy?.edge ?? 0) + (energy?.radio ?? 0) + (energy?.idle ?? 0), 12);
    expect(cost?.cloud).toBeCloseTo(0.001 * latency.cloud, 15);
    expect(cost?.network).toBeCloseTo(onAir * 1e-8 * (up + down), 15);
    expect([energy?.limit, cost?.limit]).toEqual([null, null]);
  });

  test('are not known where nothing states them, and cannot be asked for', async () => {
    const folder = project({ ...FAST, network: { preset: 'ethernet-1g' }, cloud: { preset: 'tpu-v1' } });
    const plan = await planOf(folder);
    expect([plan.energy, plan.cost]).toEqual([null, null]);
    for (const each of Object.values(plan.baselines)) expect(each?.cost).toBeNull();
    configure(folder, { objective: 'cost' });
    const { document, exitCode } = await json<ErrorDocument>(folder, ['plan']);
    expect([exitCode, document.error.code]).toEqual([2, 'CONFIG_INVALID']);
    expect(document.error.message).toBe(
      '`objective: cost` needs the price of an inference, but `cloud.price` is not stated',
    );
  });

  test('are made small, and kept below a limit', async () => {
    const folder = project({ ...BOARD, objective: 'energy' });
    const { objective, energy, optimality, baselines } = await planOf(folder);
    expect(objective).toBe('energy');
    const total = energy?.total ?? 0;
    expect(total).toBeGreaterThan(0);
    expect(total).toBeLessThanOrEqual((baselines['cloud-only']?.energy?.total ?? 0) * (1 + 1e-9));
    expect(optimality.lowerBound).toBeLessThanOrEqual(total * (1 + 1e-9));
    configure(folder, { objective: 'latency', constraints: { energy: `${total * 500} mJ` } });
    const { document, exitCode } = await json<ErrorDocument>(folder, ['plan']);
    expect([exitCode, document.error.code]).toEqual([1, 'INFEASIBLE']);
    expect(document.error.message).toMatch(
      /^no plan holds constraints.energy: the lowest-energy plan uses .+ m?J, the limit is /,
    );
  });

  test('are shown in the terminal', async () => {
    const { stdout } = await autosplit(project({ ...BOARD, constraints: { cost: '1 USD' } }), ['plan']);
    expect(stdout).toMatch(/^edge energy +\S+ m?J: layers \S+ .J, radio \S+ .J, idle \S+ m?J$/m);
    expect(stdout).toMatch(/^cost +\S+ USD of 1 USD \(\S+ %\), \S+ USD per million: cloud \S+ USD, data \S+ USD$/m);
  });
});

describe.concurrent('a link that varies', () => {
  const spread = { uplink: { p5: '0.25 Mbps', p95: '4 Mbps' }, rtt: { p5: '10 ms', p95: '400 ms' } };
  const network = { preset: 'ethernet-1g', uplink: '1 Mbps', rtt: '20 ms', distribution: spread };

  test('is planned for a bad day', async () => {
    const folder = project({ ...FAST, network: { ...network, percentile: 95 }, split: 'cloud-only' });
    const plan = await planOf(folder);
    expect(plan.link).toMatchObject({ uplink: 0.25e6, rtt: 0.4, percentile: 95 });
    const up = (8 * 1538 * (sum(plan.cut.map(({ bytes }) => bytes)) + 652)) / 1460 / 0.25e6;
    expect(plan.latency.transfer).toBeCloseTo(0.4 + up + (8 * 1538 * (35 * 24 * 4 + 652)) / 1460 / 1e9, 9);
    const { stdout } = await autosplit(folder, ['plan']);
    expect(stdout).toMatch(/^link +250 kbps up, 1 Gbps down, rtt 400 ms: planned for percentile 95$/m);
  });

  test('as a trace tells how a plan does on it, and its file is watched', async () => {
    const folder = project({
      ...FAST,
      network: { preset: 'ethernet-1g', uplink: '1 Mbps', trace: 'drive.csv' },
      split: 'cloud-only',
    });
    // A third of the time at 2 Mbit/s, a third at half of 1 Mbit/s, a third at 0.1.
    writeFileSync(path.join(folder, 'drive.csv'), 'seconds,Mbps\n0,2\n100,0.5\n200,0.1\n');
    const built = await autosplit(folder, ['build']);
    expect(built.exitCode, built.stderr).toBe(0);
    expect(built.stdout).toMatch(
      /^over the trace +mean \S+ .?s, median \S+ .?s, p95 \S+ .?s, p99 \S+ .?s \(drive.csv, 300 s\)$/m,
    );
    const manifest = JSON.parse(readFileSync(path.join(folder, 'autosplit/split-manifest.json'), 'utf8'));
    const { latency, trace, cut }: PlanDocument = manifest.plan;
    const bits = ((sum(cut.map(({ bytes }) => bytes)) + 652) * 8 * 1538) / 1460;
    const rest = latency.total - bits / 1e6;
    expect(trace?.file).toBe('drive.csv');
    // All but the starts shortly before a change of rate take the time of their own rate.
    expect(trace?.p50).toBeCloseTo(rest + bits / 0.5e6, 6);
    expect(trace?.p95).toBeCloseTo(rest + bits / 0.1e6, 6);
    expect(trace?.mean).toBeCloseTo(rest + (bits / 2e6 + bits / 0.5e6 + bits / 0.1e6) / 3, 1);
    writeFileSync(path.join(folder, 'drive.csv'), 'seconds,Mbps\n0,3\n');
    expect((await json<{ changes: string[] }>(folder, ['check'])).document.changes).toEqual([
      'measurements: drive.csv has changed',
    ]);
  });
});

describe.concurrent('a table of latencies', () => {
  test('stands for the cost model of either side, layer by layer', async () => {
    const folder = project(FAST);
    const model = await planOf(folder);
    const edge = model.layers.map(({ name }, i) => `${name},,,${0.25 * (i + 1)}`);
    const cloud = model.layers.map(({ name }, i) => `${name},${0.0001 * (i + 1)}`);
    writeFileSync(
      path.join(folder, 'edge.csv'),
      `layer,weight_bits,activation_bits,milliseconds\n${edge.join('\n')}\n`,
    );
    writeFileSync(path.join(folder, 'cloud.csv'), `layer,seconds\n${cloud.join('\n')}\n`);
    configure(folder, {
      edge: { preset: undefined, memory: '128 KiB', latency: 'edge.csv' },
      cloud: { preset: undefined, latency: 'cloud.csv' },
    });
    const { layers, latency } = await planOf(folder);
    layers.forEach(({ edgeSeconds, cloudSeconds }, i) => {
      expect(edgeSeconds).toBeCloseTo(0.00025 * (i + 1), 12);
      expect(cloudSeconds).toBeCloseTo(0.0001 * (i + 1), 12);
    });
    expect(latency.edge).toBeGreaterThanOrEqual(
      sum(layers.filter(({ placement }) => placement === 'edge').map(({ edgeSeconds }) => edgeSeconds)),
    );

    writeFileSync(
      path.join(folder, 'cloud.csv'),
      `layer,seconds\n${cloud.slice(1).join('\n')}\n${model.layers[0].name}x,1\n`,
    );
    const { document, exitCode } = await json<ErrorDocument>(folder, ['plan']);
    expect([exitCode, document.error.code]).toEqual([2, 'COSTS_INVALID']);
    expect(document.error.message).toBe(`\`cloud.latency\` lacks the layer \`${model.layers[0].name}\``);
    expect(document.error.hint).toContain(
      `did you mean \`${model.layers[0].name}\` where it says \`${model.layers[0].name}x\`?`,
    );
  });

  test('that lists a layer at other bits only is refused', async () => {
    const folder = project(FAST);
    const { layers } = await planOf(folder);
    const rows = layers.map(({ name }) => `${name},7,7,0.001`);
    writeFileSync(path.join(folder, 'edge.csv'), `layer,weight_bits,activation_bits,seconds\n${rows.join('\n')}\n`);
    configure(folder, { edge: { latency: 'edge.csv' } });
    const { document } = await json<ErrorDocument>(folder, ['plan']);
    expect(document.error.code).toBe('COSTS_INVALID');
    expect(document.error.message).toMatch(
      /^`edge.latency` lists the layer `.+` at none of the bits that it runs at here/,
    );
    expect(document.error.hint).toContain('it is listed at 7,7');
  });
});
