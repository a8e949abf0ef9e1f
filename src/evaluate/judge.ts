import type { ResolvedConfig } from '../config/resolved.js';
import type { TensorValue } from '../inference/session.js';
import type { Graph } from '../onnx/graph.js';
import { readLabels } from '../samples/labels.js';
import { loadMetric, type MetricTensor } from '../samples/metrics.js';
import { spreadIndices } from '../samples/names.js';
import { openSamples, type SampleSet } from '../samples/open.js';
import { relativePath } from '../util/files.js';
import type { Judge } from './index.js';
import type { Evidence } from './verdict.js';

/** Samples that decide where there are no labels: of a classifier each is right or wrong, of other networks each says more. */
const UNLABELLED_SAMPLES = { agreement: 128, fidelity: 32 };

/**
 * The user's metric on the labelled samples. Without labels it is what the float network says of the calibration samples: agreement with
 * its top-1 where the outputs look like a classifier's, else fidelity to its outputs.
 */
export async function openJudge(config: ResolvedConfig, graph: Graph, calibration: SampleSet): Promise<Judge> {
  const { validation } = config;
  const evidence = isClassifier(graph) ? { evidence: movement } : {};
  if (!validation) {
    const metric = isClassifier(graph) ? 'agreement' : 'fidelity';
    const indices = spreadIndices(calibration.count, UNLABELLED_SAMPLES[metric]);
    return { metric, samples: calibration, indices, score: metric === 'agreement' ? agreement : fidelity, ...evidence };
  }
  const samples = await openSamples(validation, graph.inputs);
  const labels = await readLabels(validation.labels, samples.names, samples.available);
  const metric = await loadMetric(validation.metric);
  const named = (outputs: Readonly<Record<string, TensorValue>>) =>
    Object.fromEntries(
      Object.entries(outputs).map(([name, { data, shape, dtype }]) => [
        name,
        { data: data as unknown as MetricTensor['data'], dims: shape, dtype },
      ]),
    );
  return {
    metric: typeof validation.metric === 'string' ? validation.metric : relativePath(config.root, validation.metric.module),
    samples,
    indices: Array.from({ length: samples.count }, (_, i) => i),
    score: (outputs, _reference, sample) => metric(named(outputs), labels[sample]),
    ...evidence,
  };
}

/** One output of floats for one sample, a row of at least two: scores of classes, as far as shapes tell. */
export function isClassifier({ outputs }: Graph): boolean {
  const [first, ...others] = outputs;
  if (!first || others.length > 0 || first.dtype !== 'float32') return false;
  const dims = first.shape ?? [];
  return dims.length >= 1 && dims.filter((dim) => dim !== 1).length === 1 && dims.every((dim) => typeof dim === 'number');
}

/** 1 where the largest value of the output is at the same place as the float network's, the first among equals; else 0. */
export function agreement(outputs: Readonly<Record<string, TensorValue>>, reference: Readonly<Record<string, TensorValue>>): number {
  const [[name, { data }]] = Object.entries(reference);
  return argmax(outputs[name].data as Float32Array) === argmax(data as Float32Array) ? 1 : 0;
}

/** How far the scores of a classifier have moved. */
function movement(outputs: Readonly<Record<string, TensorValue>>, reference: Readonly<Record<string, TensorValue>>): Evidence {
  const [[name, value]] = Object.entries(reference);
  const [exact, moved] = [value.data as Float32Array, outputs[name].data as Float32Array];
  const mean = (of: (i: number) => number) => exact.reduce((sum, _, i) => sum + of(i), 0) / exact.length;
  const [shift, level] = [mean((i) => moved[i] - exact[i]), mean((i) => exact[i])];
  const [best, second] = [...exact].sort((a, b) => b - a);
  return {
    margin: best - second,
    noise: Math.sqrt(mean((i) => (moved[i] - exact[i] - shift) ** 2)),
    spread: Math.sqrt(mean((i) => (exact[i] - level) ** 2)),
  };
}

function argmax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/**
 * 1 - |a - b|^2 / |b|^2 over all float outputs, at least 0: 0.99 is a signal-to-quantization-noise ratio of 20 dB. Outputs of
 * other types count as right or wrong as a whole.
 */
export function fidelity(outputs: Readonly<Record<string, TensorValue>>, reference: Readonly<Record<string, TensorValue>>): number {
  let noise = 0;
  let signal = 0;
  for (const [name, { dtype, data }] of Object.entries(reference)) {
    const other = outputs[name].data;
    if (dtype !== 'float32') {
      if (!Buffer.from(data.buffer, data.byteOffset, data.byteLength).equals(Buffer.from(other.buffer, other.byteOffset, other.byteLength)))
        return 0;
      continue;
    }
    const [a, b] = [other as Float32Array, data as Float32Array];
    for (let i = 0; i < b.length; i++) {
      noise += (a[i] - b[i]) ** 2;
      signal += b[i] ** 2;
    }
  }
  if (signal === 0) return noise === 0 ? 1 : 0;
  return Math.max(0, 1 - noise / signal);
}
