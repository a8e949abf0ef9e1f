import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { codecSeconds } from '../../src/cost/codec.js';
import type { PlanDocument } from '../../src/documents/plan.js';
import { autosplit, configure, type ErrorDocument, filesOf, json, project, root, UNLABELLED } from './project.js';

interface BuildDocument {
  version: 1;
  build: string;
  output: string;
  plan: PlanDocument;
  verification: {
    samples: number;
    wireBytes: number;
    outputDifference: number;
    unlikeNative: number | null;
    outputs: unknown[];
  };
  files: { path: string; bytes: number }[];
}

const readJson = (...parts: string[]) => JSON.parse(readFileSync(path.join(...parts), 'utf8'));

function expectValid(schema: string, document: unknown): void {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  if (schema !== 'plan.schema.json') ajv.addSchema(readJson(root, 'schemas/plan.schema.json'));
  const validate = ajv.compile(readJson(root, 'schemas', schema));
  expect(validate(document), ajv.errorsText(validate.errors)).toBe(true);
}

const sum = (values: readonly (number | null)[]) => values.reduce<number>((a, b) => a + (b ?? 0), 0);

describe('the documents of one build', () => {
  let folder: string;
  let build: BuildDocument;
  beforeAll(async () => {
    folder = project();
    const { document, exitCode } = await json<BuildDocument>(folder, ['build']);
    expect(exitCode).toBe(0);
    build = document;
  });

  test('build --json describes plan, verification and files', () => {
    expect(build).toMatchObject({ version: 1, build: 'default', output: 'autosplit' });
    expectValid('plan.schema.json', build.plan);
    const written = Object.entries(filesOf(path.join(folder, 'autosplit'))).map(([name, { length }]) => ({
      path: name,
      bytes: length,
    }));
    expect(build.files).toEqual(written);
    expect(build.verification).toMatchObject({ samples: 6, outputDifference: 0 });
    // The output is 35 classes by 24 columns: no row of scores.
    expect(build.verification.outputs).toMatchObject([
      { name: 'logits', sqnr: expect.any(Number), top1Agreement: null },
    ]);
  });

  test('the plan names every layer once, on one side', () => {
    const { layers, model, decision } = build.plan;
    expect(decision).toBe('split');
    expect(new Set(layers.map(({ name }) => name)).size).toBe(model.layers);
    expect(sum(layers.map(({ macs }) => macs))).toBe(model.macs);
    for (const { placement, weightBits, activationBits } of layers) {
      if (placement === 'edge') expect(activationBits).toBe(8);
      else expect([weightBits, activationBits]).toEqual([null, null]);
    }
  });

  test('latency is the sum of its layers and of the transfer, which follows from the preset', () => {
    const { layers, latency, cut } = build.plan;
    const on = (side: string) => layers.filter(({ placement }) => placement === side);
    // What crosses is coded on the edge and decoded in the cloud: packed bits count, before they are coded.
    const coding = cut.map(({ shape, bits, encoding }) =>
      codecSeconds(encoding, Math.ceil((shape.reduce((a, b) => a * b, 1) * bits) / 8)),
    );
    const [encoding, decoding] = [
      coding.map(({ encodeSeconds }) => encodeSeconds),
      coding.map(({ decodeSeconds }) => decodeSeconds),
    ];
    expect(latency.edge).toBeCloseTo(sum([...on('edge').map(({ edgeSeconds }) => edgeSeconds), ...encoding]), 12);
    expect(latency.cloud).toBeCloseTo(sum([...on('cloud').map(({ cloudSeconds }) => cloudSeconds), ...decoding]), 12);
    expect(latency.total).toBeCloseTo(latency.edge + latency.transfer + latency.cloud, 12);
    const link = parse(readFileSync(path.join(root, 'presets/network/3g.yaml'), 'utf8'));
    const number = ({ value }: { value: string }, unit: string) => {
      expect(value.endsWith(` ${unit}`)).toBe(true);
      return Number.parseFloat(value);
    };
    const [up, down] = [1e6 * number(link.uplink, 'Mbps'), 1e6 * number(link.downlink, 'Mbps')];
    const [rtt, overhead] = [number(link.rtt, 'ms') / 1e3, number(link.messageOverhead, 'B')];
    const answer = 35 * 24 * 4;
    const seconds = rtt + (8 * (overhead + sum(cut.map(({ bytes }) => bytes)))) / up + (8 * (overhead + answer)) / down;
    expect(latency.transfer).toBeCloseTo(seconds, 9);
    expect(sum(cut.map(({ codingSeconds }) => codingSeconds))).toBeCloseTo(sum([...encoding, ...decoding]), 12);
  });

  test('memory, error, accuracy and bound keep within their limits', () => {
    const { edge, error, accuracy, optimality, latency } = build.plan;
    expect(edge.memory.limit).toBe(128 * 1024);
    expect(edge.memory.total).toBeCloseTo(edge.memory.weights + edge.memory.activations, 6);
    expect(edge.memory.total).toBeLessThanOrEqual(128 * 1024);
    expect(error).toMatchObject({ model: 'output', limit: null });
    expect(accuracy).toMatchObject({ metric: 'metric.mjs', samples: 12, limit: 0.02 });
    expect(accuracy?.drop).toBeLessThanOrEqual(0.02);
    expect(accuracy?.drop).toBeCloseTo((accuracy?.float ?? 0) - (accuracy?.quantized ?? 0), 6);
    const [low, high] = accuracy?.interval ?? [1, -1];
    expect(low).toBeLessThanOrEqual(accuracy?.drop ?? 0);
    expect(high).toBeGreaterThanOrEqual(accuracy?.drop ?? 0);
    expect(optimality.lowerBound).toBeLessThanOrEqual(latency.total * (1 + 1e-9));
    expect(optimality.gap).toBeCloseTo((latency.total - optimality.lowerBound) / latency.total, 9);
  });

  test('the plan is among those that were measured, and all that are faster lose too much', () => {
    const { measured = [], accuracy, latency, cut, certificate } = build.plan;
    expect(measured).toContainEqual(expect.objectContaining({ accuracy, latency, cut }));
    expect(certificate).toMatchObject({ complete: true, untried: 0, measured: measured.length });
    for (const point of measured.filter(({ latency: { total } }) => total < latency.total * 0.99)) {
      expect(point.accuracy.accepted).toBe(false);
      expect(point.accuracy.drop).toBeGreaterThan(0.02);
    }
    for (const { bytes, p50, p95, codingSeconds } of cut) {
      expect(p50).toBeLessThanOrEqual(p95);
      expect(bytes).toBeLessThanOrEqual(p95);
      expect(codingSeconds).toBeGreaterThanOrEqual(0);
    }
  });

  test('the packed weights on disk are those that were planned for', () => {
    const bytes = build.files.find((file) => file.path === 'edge/weights.bin')?.bytes ?? 0;
    // Planned are packed weights, scales and biases; small tensors lie in the skeleton.
    expect(bytes).toBeLessThanOrEqual(build.plan.edge.memory.weights);
    expect(bytes).toBeGreaterThan(0.5 * build.plan.edge.memory.weights);
  });

  test('cloud-only pays for the pictures as JPEG, edge-only for nothing', async () => {
    const cloudOnly = build.plan.baselines['cloud-only'];
    const edgeOnly = build.plan.baselines['edge-only'];
    expect(Object.keys(build.plan.baselines)).toEqual(
      expect.arrayContaining([
        'cloud-only-raw',
        'uniform-8',
        'neurosurgeon',
        'dads',
        'qdmp',
        'qdmp-quantized',
        'auto-split',
      ]),
    );
    const names = readdirSync(path.join(folder, 'data/calib')).sort().slice(0, 6);
    const sizes = await Promise.all(
      names.map(async (name) => {
        const { data, info } = await sharp(path.join(folder, 'data/calib', name))
          .raw()
          .toBuffer({ resolveWithObject: true });
        return (
          await sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } })
            .jpeg({ quality: 90 })
            .toBuffer()
        ).length;
      }),
    );
    expect(cloudOnly).toMatchObject({
      decision: 'cloud-only',
      feasible: true,
      cut: [{ tensor: 'image', bits: 8, encoding: 'jpeg:90' }],
    });
    // Sizes keep ten significant bits.
    expect(((cloudOnly?.cut[0].bytes ?? 0) * sizes.length) / sum(sizes)).toBeCloseTo(1, 2);
    expect(cloudOnly?.edge.memory.total).toBe(0);
    expect(edgeOnly).toMatchObject({ decision: 'edge-only', cut: [], latency: { transfer: 0, cloud: 0 } });
    expect(edgeOnly?.feasible).toBe(false);
    expect(edgeOnly?.violated?.[0]).toMatch(/^memory \d+ kB over 131 kB$/);
  });

  test('the front runs from the fastest plan to the most accurate one and holds the chosen one', () => {
    const { frontier, latency, error } = build.plan;
    expect(frontier.length).toBeGreaterThan(1);
    for (const [index, plan] of frontier.slice(1).entries()) {
      expect(plan.latency.total).toBeGreaterThanOrEqual(frontier[index].latency.total);
      expect(plan.error.total).toBeLessThan(frontier[index].error.total);
    }
    expect(frontier.map((plan) => [plan.latency.total, plan.error.total])).toContainEqual([latency.total, error.total]);
  });

  test('manifest and quantization table keep to their schemas and to the plan', () => {
    const manifest = readJson(folder, 'autosplit/split-manifest.json');
    const table = readJson(folder, 'autosplit/quantization-table.json');
    expectValid('manifest.schema.json', manifest);
    expectValid('quantization-table.schema.json', table);
    const { frontier: _, candidates: __, payload: ___, deployable, ...plan } = build.plan;
    expect(manifest).toMatchObject({ deployable });
    expect(manifest.plan).toEqual(plan);
    const { unlikeNative: ____, ...verification } = build.verification;
    expect(manifest.verification).toEqual(verification);
    expect(Object.keys(manifest.files).sort()).toEqual(
      build.files
        .map((file) => file.path)
        .filter((name) => name !== 'split-manifest.json')
        .sort(),
    );
    const sent = table.tensors.filter(({ kind }: { kind: string }) => kind === 'wire');
    expect(sent.map(({ tensor, bits }: { tensor: string; bits: number }) => ({ tensor, bits }))).toEqual(
      build.plan.cut.map(({ tensor, bits }) => ({ tensor, bits })),
    );
    const csv = readFileSync(path.join(folder, 'autosplit/quantization-table.csv'), 'utf8').trimEnd().split('\n');
    expect(csv).toHaveLength(table.tensors.length + 1);
  });

  test('every cut along the network is there once, the chosen one among them, and none within the limits is better', () => {
    const { candidates, latency, layers, model } = build.plan;
    const edge = layers.filter(({ placement }) => placement === 'edge').length;
    expect(candidates.filter(({ chosen }) => chosen)).toMatchObject([{ edgeLayers: edge, latency, feasible: true }]);
    expect(candidates.map(({ edgeLayers }) => edgeLayers)).toEqual(
      [...new Set(candidates.map(({ edgeLayers }) => edgeLayers))].sort((a, b) => a - b),
    );
    expect(candidates.map(({ decision }) => decision)).toEqual(
      candidates.map(({ edgeLayers }) =>
        edgeLayers === 0 ? 'cloud-only' : edgeLayers === model.layers ? 'edge-only' : 'split',
      ),
    );
    for (const candidate of candidates) {
      expect(candidate.feasible).toBe(candidate.violated?.length === 0);
      if (candidate.feasible) expect(candidate.latency.total).toBeGreaterThanOrEqual(latency.total * (1 - 1e-9));
    }
  });

  test('memory by layer peaks at what is planned, and bytes and errors of layers add up', () => {
    const { layers, edge, cut, error, payload } = build.plan;
    const on = layers.filter(({ placement }) => placement === 'edge');
    expect(Math.max(...on.map(({ liveBytes }) => liveBytes ?? 0))).toBe(edge.memory.activations);
    expect(sum(on.map(({ weightBytes }) => weightBytes))).toBeCloseTo(edge.memory.weights, 6);
    const sent = payload.flatMap(({ tensor, options }) =>
      options.filter(({ chosen }) => chosen).map((option) => ({ tensor, ...option })),
    );
    expect(sent.map(({ tensor, bits, encoding, bytes }) => ({ tensor, bits, encoding, bytes }))).toEqual(
      cut.map(({ tensor, bits, encoding, bytes }) => ({ tensor, bits, encoding, bytes })),
    );
    expect(sum([...on.map((layer) => layer.error), ...sent.map((option) => option.error)])).toBeCloseTo(error.total, 9);
    expect(payload.filter(({ input }) => input).map(({ tensor }) => tensor)).toEqual(['image']);
  });

  test('plan --json stops before anything is measured or written', async () => {
    const other = project();
    const { document, exitCode } = await json<PlanDocument>(other, ['plan']);
    expect(exitCode).toBe(0);
    expectValid('plan.schema.json', document);
    expect(document).toMatchObject({ accuracySource: 'predicted' });
    expect(document).not.toHaveProperty('accuracy');
    expect(document.frontier.map(({ latency }) => latency)).toContainEqual(document.latency);
    expect(document.layers.length).toBe(build.plan.layers.length);
    expect(existsSync(path.join(other, 'autosplit'))).toBe(false);
  });
});

describe('several builds', () => {
  const builds = {
    slow: { network: { uplink: '1 Mbps' } },
    'near-by': { network: { preset: 'ethernet' }, split: 'cloud-only' },
  };

  test('each has a folder of its own', async () => {
    const folder = project({ ...UNLABELLED, builds, output: 'out' });
    const { document } = await json<BuildDocument[]>(folder, ['build']);
    expect(document.map(({ build, output, plan }) => [build, output, plan.build])).toEqual([
      ['slow', 'out/slow', 'slow'],
      ['near-by', 'out/near-by', 'near-by'],
    ]);
    for (const { build, plan } of document) {
      expectValid('plan.schema.json', plan);
      const manifest = readJson(folder, 'out', build, 'split-manifest.json');
      expectValid('manifest.schema.json', manifest);
      expect(manifest).toMatchObject({ build, decision: plan.decision });
    }
    expect(readdirSync(path.join(folder, 'out')).sort()).toEqual(['near-by', 'slow']);
    expect((await json(folder, ['check'])).document).toMatchObject([{ fresh: true }, { fresh: true }]);

    configure(folder, { builds: { slow: { network: { uplink: '2 Mbps' } } } });
    expect((await json(folder, ['check'])).document).toMatchObject([
      {
        build: 'slow',
        fresh: false,
        // The spread of the preset moves with its median.
        changes: [
          'presets.network.distribution.uplink.p5: 100000 -> 200000',
          'presets.network.distribution.uplink.p95: 1920000 -> 3840000',
          'presets.network.uplink: 1000000 -> 2000000',
        ],
      },
      { build: 'near-by', fresh: true },
    ]);
    expect((await autosplit(folder, ['check', '--build', 'near-by'])).exitCode).toBe(0);
  });

  test('--build takes one of them', async () => {
    const folder = project({ ...UNLABELLED, builds });
    const { document } = await json<BuildDocument>(folder, ['build', '--build', 'near-by']);
    expect(document).toMatchObject({ build: 'near-by', output: 'autosplit/near-by' });
    expect(readdirSync(path.join(folder, 'autosplit'))).toEqual(['near-by']);
    const refused = await json<ErrorDocument>(folder, ['build', '--build', 'nearby']);
    expect(refused).toMatchObject({
      exitCode: 2,
      document: { error: { code: 'USAGE', message: 'there is no build `nearby`' } },
    });
    expect(refused.document.error.hint).toMatch(/near-by.*slow|slow.*near-by/);
  });
});
