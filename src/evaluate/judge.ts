import type { ResolvedConfig } from '../config/resolved.js';
import type { TensorValue } from '../inference/session.js';
import type { Graph } from '../onnx/graph.js';
import { readLabels } from '../samples/labels.js';
import { loadMetric, type MetricTensor } from '../samples/metrics.js';
import { openSamples, type SampleSet } from '../samples/open.js';
import { relativePath } from '../util/files.js';
import type { Judge } from './index.js';

/** Samples that decide where there are no labels. */
const FIDELITY_SAMPLES = 32;

/** The user's metric on the labelled samples, or fidelity to the float network on the calibration samples. */
export async function openJudge(config: ResolvedConfig, graph: Graph, calibration: SampleSet): Promise<Judge> {
  const { validation } = config;
  if (!validation) {
    const count = Math.min(FIDELITY_SAMPLES, calibration.count);
    const indices = Array.from({ length: count }, (_, i) => Math.floor((i * calibration.count) / count));
    return { metric: 'fidelity', samples: calibration, indices, score: fidelity };
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
  };
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
