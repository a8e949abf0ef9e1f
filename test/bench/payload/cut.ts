import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { calibrateModel } from '../../../src/calibrate/index.js';
import { loadConfig } from '../../../src/config/load.js';
import type { Evaluation } from '../../../src/evaluate/evaluation.js';
import { evaluationOf, type Scorer } from '../../../src/evaluate/index.js';
import { openScorer } from '../../../src/evaluate/scorer.js';
import { cutAfter } from '../../../src/frontend/cut.js';
import { loadModel } from '../../../src/frontend/index.js';
import { type Inference, openModel, type TensorValue } from '../../../src/inference/session.js';
import type { SplitDecision } from '../../../src/quantize/decision.js';
import { type QuantizedSplit, quantizeSplit } from '../../../src/quantize/index.js';
import { refineWeights } from '../../../src/quantize/refine.js';
import { encodeTensorBytes } from '../../../src/runtime/codecs/coding.js';
import { deflateBytes } from '../../../src/runtime/codecs/deflate/gzip.js';
import type { WireTensor } from '../../../src/runtime/spec.js';
import type { TensorData } from '../../../src/runtime/types.js';
import { makePayload } from '../../../src/runtime/wire/payload.js';
import { openSamples, type SampleSet } from '../../../src/samples/open.js';
import onnxruntimeNode from '../../../src/targets/onnxruntime-node/index.js';
import { writeProject } from '../../networks/networks.js';
import { CALIBRATION_SAMPLES, type PinnedCut } from './networks.js';

export const WIDTHS = [2, 3, 4, 5, 6, 8];

/** What one bit-width on the wire keeps and takes, over the validation samples. */
export interface WidthRow {
  bits: number;
  packed: number;
  deflate: number;
  brotli: number;
  arithmetic: number;
  p50: number;
  p95: number;
  accuracy: Evaluation;
}

/** A network cut after one tensor, with float and split results at hand. */
export interface OpenCut {
  judge: Scorer;
  float: Inference;
  scores: number[];
  elements: number;
  calibration: SampleSet;
  rows: WidthRow[];
}

/**
 * Quantizes both sides of a cut with 8 bits on the edge, and measures each bit-width on the wire over the validation
 * samples.
 */
export async function measureCut<T>(
  { source, tensor }: PinnedCut,
  samples: number | 'all',
  use: (cut: OpenCut) => Promise<T>,
  widths: readonly number[] = WIDTHS,
): Promise<T> {
  const calibration = { ...source.calibration, samples: CALIBRATION_SAMPLES };
  const project = await writeProject({ ...source, calibration, validation: { ...source.validation, samples } });
  const workDir = await mkdtemp(path.join(tmpdir(), 'autosplit-bench-'));
  try {
    const [config] = await loadConfig({ cwd: project });
    const network = await loadModel(config, workDir, () => {});
    const { graph } = network.model;
    const calib = await openSamples(config.calibration, graph.inputs);
    const judge = await openScorer({ config, ...network, calibration: calib, workDir });
    const bits = { weights: [8], activations: [8], wire: [...widths] };
    const target = onnxruntimeNode;
    const candidates = new Set([tensor]);
    const profile = await calibrateModel({
      ...network,
      target,
      samples: calib,
      bits,
      inputEncoding: 'raw',
      candidates,
      workDir,
    });
    const edge = cutAfter(graph, network.layers, [tensor]);
    const decisions = widths.map((width): SplitDecision => {
      const wire = [{ tensor, bits: width, encoding: 'arithmetic' }];
      return { decision: 'split', edge, weightBits: network.layers.map((_, layer) => (edge.has(layer) ? 8 : 0)), wire };
    });
    // Of the edge side alone, so that every bit-width on the wire has the same.
    const weights = await refineWeights(decisions[0], {
      ...network,
      profile,
      samples: calib,
      steps: config.quantization,
      workDir,
    });
    const splits = decisions.map((decision) => quantizeSplit(decision, { ...network, profile, weights }));
    const float = await openModel(network.model, workDir, 'float');
    const scores: number[] = [];
    for (const sample of judge.indices) {
      const outputs = await float.run(await judge.samples.load(sample));
      scores.push(await judge.score(outputs, outputs, sample));
    }
    const rows = await measureWidths(splits, judge, scores, workDir);
    const elements = profile.tensors.get(tensor)?.elements ?? 0;
    const result = await use({ judge, float, scores, elements, calibration: calib, rows });
    await float.close();
    return result;
  } finally {
    await rm(workDir, { recursive: true, force: true });
    await rm(project, { recursive: true, force: true });
  }
}

/** The edge side runs once per sample: bits on the wire are made of its codes. */
async function measureWidths(
  splits: readonly QuantizedSplit[],
  judge: Scorer,
  float: readonly number[],
  workDir: string,
): Promise<WidthRow[]> {
  const [first] = splits;
  if (!first.edge) throw new Error('nothing is on the edge');
  const edge = await openModel(first.edge.model, workDir, 'edge');
  const clouds: Inference[] = [];
  for (const [i, { cloud }] of splits.entries())
    if (cloud) clouds.push(await openModel(cloud.model, workDir, `cloud-${i}`));
  const sizes = splits.map(() => ({ deflate: [] as number[], brotli: [] as number[], arithmetic: [] as number[] }));
  const scores = splits.map(() => [] as number[]);
  for (const sample of judge.indices) {
    const feeds = await judge.samples.load(sample);
    const made = await edge.run(feeds);
    const data = Object.fromEntries(Object.entries(made).map(([name, value]) => [name, value.data as TensorData]));
    for (const [i, split] of splits.entries()) {
      const [wire] = split.wire;
      const bytes = makePayload(split, new Map(), data)[wire.name];
      for (const [name, length] of Object.entries(await lengths(wire, bytes))) sizes[i][name as 'deflate'].push(length);
      const received: Record<string, TensorValue> = {
        [wire.name]: { dtype: 'uint8', shape: [wire.packedBytes], data: bytes },
      };
      const outputs = await clouds[i].run(received);
      scores[i].push(await judge.score(outputs, outputs, sample));
    }
  }
  for (const session of [edge, ...clouds]) await session.close();
  return splits.map(({ wire: [wire] }, i) => {
    const { deflate, brotli, arithmetic } = sizes[i];
    const sorted = [...arithmetic].sort((a, b) => a - b);
    return {
      bits: wire.bits,
      packed: wire.packedBytes,
      deflate: mean(deflate),
      brotli: mean(brotli),
      arithmetic: mean(arithmetic),
      p50: sorted[Math.floor(0.5 * sorted.length)],
      p95: sorted[Math.floor(0.95 * sorted.length)],
      accuracy: evaluationOf(judge, { float, quantized: scores[i] }, null),
    };
  });
}

const lengths = async (wire: WireTensor, bytes: Uint8Array) => ({
  deflate: deflateBytes(bytes).length,
  brotli: (await encodeTensorBytes({ ...wire, encoding: 'brotli' }, bytes)).length,
  arithmetic: (await encodeTensorBytes({ ...wire, encoding: 'arithmetic' }, bytes)).length,
});

export const mean = (values: readonly number[]) => Math.round(values.reduce((a, b) => a + b, 0) / values.length);
