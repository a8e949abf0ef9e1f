import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { syntheticSamples } from '../../src/benchmark/synthetic.js';
import { calibrateModel } from '../../src/calibrate/index.js';
import type { Profile } from '../../src/calibrate/profile.js';
import type { ResolvedConfig } from '../../src/config/resolved.js';
import type { Scorer } from '../../src/evaluate/index.js';
import { sampleNotes } from '../../src/evaluate/notes.js';
import { openSplit } from '../../src/evaluate/run.js';
import { openScorer } from '../../src/evaluate/scorer.js';
import { prepareModel } from '../../src/frontend/index.js';
import { openModel } from '../../src/inference/session.js';
import type { Layer, Model } from '../../src/onnx/graph.js';
import { readModel } from '../../src/onnx/read.js';
import { quantizeSplit } from '../../src/quantize/index.js';
import type { SampleSet } from '../../src/samples/open.js';
import onnxruntimeNode from '../../src/targets/onnxruntime-node/index.js';
import { temporaryFolder } from '../onnx/harness.js';
import { spotSamples, yoloShaped } from '../outputs/networks.js';
import { file, source } from '../samples/support.js';
import { smallNetwork } from '../shared.js';

const folder = temporaryFolder();
const workDir = () => mkdtempSync(path.join(folder, 'work-'));
const WIDTHS = [2, 4, 8];

interface Subject {
  model: Model;
  layers: Layer[];
  samples: SampleSet;
  scorer: Scorer;
  profile: Profile;
}

/** A network without labels, profiled as for a plan. */
async function subjectOf(stored: Model, samplesOf: (model: Model) => Promise<SampleSet>): Promise<Subject> {
  const network = await prepareModel(stored, {}, workDir(), () => {});
  const samples = await samplesOf(network.model);
  const scorer = await openScorer({
    config: {} as ResolvedConfig,
    ...network,
    calibration: samples,
    workDir: workDir(),
  });
  const profile = await calibrateModel({
    ...network,
    target: onnxruntimeNode,
    samples,
    bits: { weights: WIDTHS, activations: [8], wire: [8] },
    inputEncoding: 'raw',
    candidates: new Set(),
    sensitivity: scorer.outputs,
    workDir: workDir(),
  });
  return { ...network, samples, scorer, profile };
}

/** Mean score of everything on the edge, all weights at some bits. */
async function scoreAt({ model, layers, samples, scorer, profile }: Subject, bits: number): Promise<number> {
  const weightBits = profile.layers.map(({ weightElements }) => (weightElements > 0 ? bits : 0));
  const made = quantizeSplit(
    { decision: 'edge-only', edge: new Set(layers.keys()), weightBits, wire: [] },
    { model, layers, profile },
  );
  const [split, float] = [await openSplit(made, workDir()), await openModel(model, workDir(), 'float')];
  let sum = 0;
  for (const index of scorer.indices) {
    const feeds = await samples.load(index);
    sum += await scorer.score((await split.run(feeds)).outputs, await float.run(feeds), index);
  }
  await split.close();
  await float.close();
  return sum / scorer.indices.length;
}

/** What the layers lose in sum by these bits of their weights. */
const predicted = ({ profile }: Subject, bits: number) =>
  profile.layers.reduce((sum, { outputErrors }) => sum + (outputErrors?.get(bits) ?? 0), 0);

describe('a detector whose boxes are in pixels and whose scores are in 0..1', () => {
  let subject: Subject;
  beforeAll(async () => {
    subject = await subjectOf(yoloShaped(), async () => spotSamples(24));
  });

  it('loses at 2 bits and hardly at 8', async () => {
    expect(subject.scorer.outputs).toMatchObject([{ kind: 'values', axis: 1, sparse: [4, 5, 6] }]);
    const [two, eight] = [await scoreAt(subject, 2), await scoreAt(subject, 8)];
    expect(two).toBeLessThan(0.8);
    expect(eight).toBeGreaterThan(0.97);
  });
  it('has layers that say so before it is built', () => {
    expect(predicted(subject, 2)).toBeGreaterThan(0.1);
    expect(predicted(subject, 8)).toBeLessThan(0.01);
  });
});

describe('a detector that finds something', () => {
  let subject: Subject;
  beforeAll(async () => {
    subject = await subjectOf(yoloShaped(-1), async () => spotSamples(24));
  });

  it('is compared by its detections, and says what it took the outputs for', async () => {
    expect(subject.scorer.metric).toBe('detections');
    expect(subject.scorer.notes).toEqual([
      expect.stringMatching(/calibration samples themselves/),
      expect.stringMatching(/guessed from the outputs: yolov8, boxes as centre and size in pixels/),
    ]);
    expect(await scoreAt(subject, 2)).toBeLessThan(0.6);
    expect(await scoreAt(subject, 8)).toBeGreaterThan(0.9);
  });
});

describe('samples', () => {
  it('that are few, or the same for calibration and validation, are named', async () => {
    const [a, b] = [await file('notes/a.npy', 'one'), await file('notes/b.npy', 'two')];
    const copy = await file('notes/copy.npy', 'one');
    const of = (calibration: string[], validation: string[]) => ({
      calibration: source('inputs', calibration),
      validation: { ...source('inputs', validation), labels: 'val.csv', labelFiles: [], metric: { name: 'top1' } },
    });
    const notes = (config: ReturnType<typeof of>, count: number) =>
      sampleNotes(config as unknown as ResolvedConfig, { count } as SampleSet);
    expect(await notes(of([a], [b]), 8)).toEqual([]);
    expect(await notes(of([a], [copy, b]), 8)).toEqual([
      expect.stringMatching(/^1 of 2 validation files are calibration files too/),
    ]);
    expect(await notes(of([a], [b]), 7)).toEqual([expect.stringMatching(/^7 calibration samples are few/)]);
  });
});

describe('a segmentation network that ends in an ArgMax', () => {
  let subject: Subject;
  beforeAll(async () => {
    subject = await subjectOf(readModel(smallNetwork('segmentation')), async ({ graph }) =>
      syntheticSamples(graph.inputs),
    );
  });

  it('is measured by the share of equal pixels', async () => {
    expect(subject.scorer.metric).toBe('agreement');
    expect(await scoreAt(subject, 2)).toBeLessThan(0.9);
    expect(await scoreAt(subject, 8)).toBeGreaterThan(0.97);
  });
  it('has layers whose few bits are an error', () => {
    expect(predicted(subject, 2)).toBeGreaterThan(0.1);
    expect(predicted(subject, 8)).toBeLessThan(0.01);
  });
});
