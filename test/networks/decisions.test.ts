import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlanDocument } from '../../src/documents/plan.js';
import { noShared, shared } from '../shared.js';
import { unless } from '../skips/unless.js';
import { NETWORKS, type SharedNetwork, writeProject } from './networks.js';

const { mobilenetv2 } = NETWORKS;
const { preprocess } = mobilenetv2.calibration;

/** 64 pictures and 400 labelled ones. */
const LABELLED: SharedNetwork = { ...mobilenetv2, calibration: { ...mobilenetv2.calibration, samples: 64 } };

/** A dozen photos and nothing else. */
const PHOTOS: SharedNetwork = {
  ...mobilenetv2,
  calibration: { images: path.join(shared ?? '', 'data/photos/*'), preprocess },
  validation: undefined,
};

let cache: string;
beforeAll(async () => {
  cache = await mkdtemp(path.join(tmpdir(), 'autosplit-decisions-'));
});
afterAll(() => rm(cache, { recursive: true, force: true }));

/** The plan document of a command on a network; what was computed for one row serves the next. */
async function planOf(
  command: 'plan' | 'build',
  network: SharedNetwork,
  changes: Record<string, unknown>,
): Promise<PlanDocument> {
  const folder = await writeProject(network, changes);
  try {
    const args = [path.resolve('dist/cli.js'), command, '--cwd', folder, '--json', '--quiet'];
    const document = JSON.parse((await execa(process.execPath, args, { env: { AUTOSPLIT_CACHE: cache } })).stdout);
    return command === 'build' ? document.plan : document;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const edgeWeightBits = ({ layers }: PlanDocument) => [
  ...new Set(layers.flatMap(({ placement, weightBits }) => (placement === 'edge' && weightBits ? [weightBits] : []))),
];

/** What the samples can tell of every plan that was measured agrees with what is said of it. */
function expectConsistent(plan: PlanDocument): void {
  const { accuracy, certificate, baselines } = plan;
  expect(plan.accuracySource).toBe('measured');
  expect(accuracy?.accepted).toBe(true);
  expect(certificate?.statement).toMatch(/holds|not tried|regardless of accuracy/);
  for (const each of plan.measured ?? [])
    if (each.feasible && certificate?.complete)
      expect(each.latency.total).toBeGreaterThanOrEqual(plan.latency.total * 0.99);
  // "Breaks the accuracy" is said of measured plans alone.
  for (const each of Object.values(baselines))
    if (each?.violated?.some((words) => words.startsWith('accuracy'))) expect(each.accuracy?.accepted).toBe(false);
}

describe('decisions on mobilenetv2', unless(noShared), () => {
  it('labelled, Pi Zero 2 W, 4g: everything on the edge is measured, holds, and is taken unless something faster holds', async () => {
    const plan = await planOf('build', LABELLED, {
      edge: { preset: 'raspberry-pi-zero-2w' },
      network: { preset: '4g' },
      constraints: { accuracyDrop: '1 %' },
    });
    expectConsistent(plan);
    const edgeOnly = plan.baselines['edge-only'];
    expect(edgeOnly?.accuracy).toMatchObject({ accepted: true });
    expect(plan.latency.total).toBeLessThanOrEqual((edgeOnly?.latency.total ?? 0) * 1.0001);
    expect(plan.accuracy?.drop).toBeLessThanOrEqual(0.01);
  });

  it('12 photos, Pi 4, 4g: one flipped answer costs nothing, and 8 bits stay where fewer buy nothing', async () => {
    const plan = await planOf('build', PHOTOS, { edge: { preset: 'raspberry-pi-4' }, network: { preset: '4g' } });
    expectConsistent(plan);
    expect(plan.decision).toBe('edge-only');
    expect(edgeWeightBits(plan).filter((bits) => bits !== 32)).toEqual([8]);
    expect(plan.accuracy).toMatchObject({ samples: 12, verdict: 'inconclusive' });
    expect(plan.accuracy?.samplesNeeded).toBeGreaterThan(12);
    expect(plan.warnings?.join()).toMatch(/12 samples are too few/);
  });

  it('12 photos, Pi 4, wifi-5: a plan in the cloud does not make others inaccurate', async () => {
    const plan = await planOf('build', PHOTOS, { edge: { preset: 'raspberry-pi-4' }, network: { preset: 'wifi-5' } });
    expectConsistent(plan);
    expect(plan.baselines['edge-only']).toMatchObject({ feasible: true, violated: [], accuracy: { accepted: true } });
    const cuts = plan.candidates.filter(({ decision }) => decision === 'split');
    expect(cuts.filter(({ feasible }) => feasible).length).toBeGreaterThan(cuts.length / 2);
  });

  it('12 photos, stm32n6, lte-cat-1: plan keeps to the accuracy limit by prediction and says so, and build finds one that holds', async () => {
    const changes = { edge: { preset: 'stm32n6' }, network: { preset: 'lte-cat-1' } };
    const predicted = await planOf('plan', PHOTOS, changes);
    expect(predicted).toMatchObject({ accuracySource: 'predicted' });
    const sent = ({ cut }: PlanDocument) => cut.reduce((sum, { bytes }) => sum + bytes, 0);
    if (predicted.decision !== 'edge-only') expect(sent(predicted)).toBeGreaterThan(100);
    const built = await planOf('build', PHOTOS, changes);
    expectConsistent(built);
    expect(built.accuracy?.quantized).toBeGreaterThan(0.8);
    expect(await planOf('plan', PHOTOS, changes)).toMatchObject({
      accuracySource: 'measured',
      cut: built.cut,
      latency: built.latency,
    });
  });
});

describe('decisions on outputs that are no scores', unless(noShared), () => {
  it('a segmentation that ends in ArgMax is held to its pixels', async () => {
    const folder = path.join(shared ?? '', 'models/reported/segmentation_argmax');
    const network: SharedNetwork = {
      model: '../reported/segmentation_argmax/model',
      calibration: { inputs: path.join(folder, 'calib/*.npy') },
      middle: [],
    };
    const plan = await planOf('build', network, {
      edge: {
        preset: undefined,
        name: 'slow',
        kind: 'roofline',
        memory: '512 KiB',
        onChipMemory: '64 KiB',
        bandwidth: '100 MB/s',
        peak: { int8: '20 MOPS', fp32: '5 MOPS' },
        efficiency: { default: '50 %' },
        overhead: '5 us',
        bits: { weights: [2, 4, 6, 8], activations: [8] },
      },
      network: { name: 'lab', uplink: '1 Mbps', rtt: '1 ms' },
    });
    expectConsistent(plan);
    expect(plan.accuracy?.quantized).toBeGreaterThanOrEqual(0.97);
  });
});
