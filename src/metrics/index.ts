/**
 * Scores of outputs against labels or against the float model, of one sample or of a whole set. Each metric is defined
 * in one place, with all that other stages need to know of it.
 */

import { aucMetric } from './auc.js';
import { detectionsMetric, map50Metric, mapMetric } from './detection.js';
import { agreementMetric, fidelityMetric } from './kept.js';
import { psnrMetric, ssimMetric } from './likeness.js';
import { maeMetric } from './mae.js';
import type { LabelledMetric, MetricDefinition } from './metric.js';
import { miouMetric, pixelAccuracyMetric } from './segmentation.js';
import { cerMetric, ctcMetric, editMetric, werMetric } from './text.js';
import { top1Metric, top5Metric } from './top.js';

/** The metrics of autosplit by the names that configs use (`Metric` in schemas/config.schema.json). */
export const METRICS = {
  top1: top1Metric,
  top5: top5Metric,
  miou: miouMetric,
  'pixel-accuracy': pixelAccuracyMetric,
  map: mapMetric,
  map50: map50Metric,
  ctc: ctcMetric,
  edit: editMetric,
  wer: werMetric,
  cer: cerMetric,
  psnr: psnrMetric,
  ssim: ssimMetric,
  mae: maeMetric,
  auc: aucMetric,
  detections: detectionsMetric,
  fidelity: fidelityMetric,
  agreement: agreementMetric,
} satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricName = keyof typeof METRICS;

/** Kind of labels of a metric; the column of a CSV for modules and for metrics that take none. */
export function labelKind(name: string): LabelledMetric['labels'] {
  const metric: MetricDefinition | undefined = Object.hasOwn(METRICS, name) ? METRICS[name as MetricName] : undefined;
  return metric?.compares === 'labels' ? metric.labels : 'column';
}
