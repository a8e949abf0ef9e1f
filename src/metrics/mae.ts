import type { Outputs } from '../outputs/elements.js';
import { AutosplitError } from '../util/error.js';
import { readLabelArray } from './label-files.js';
import { clamp, labelled, type MetricSources, type OpenMetric } from './metric.js';
import { numbersIn, unequal } from './output.js';

/** Opens the metric; the scale is `scale`, else the standard deviation of the labels. */
async function open({ csv, labels, names, options }: MetricSources): Promise<OpenMetric> {
  const wanted: ArrayLike<number>[] = [];
  for (const label of labels)
    wanted.push(/\.np[yz]$/i.test(label) ? (await readLabelArray(csv, label)).values : numbersOfText(csv, label));
  const scale = options.scale ?? spreadOf(wanted);
  const score = (outputs: Outputs, sample: number) => {
    const [{ values }, truth] = [numbersIn(outputs, options.output), wanted[sample]];
    if (truth.length !== values.length)
      throw unequal(names[sample], { shape: [truth.length], values: truth, isPicture: false }, values.length);
    let sum = 0;
    for (let i = 0; i < truth.length; i++) sum += Math.abs(values[i] - truth[i]);
    return Number.isFinite(sum) ? clamp(1 - sum / truth.length / scale) : 0;
  };
  return { score, notes: [] };
}

function numbersOfText(csv: string, label: string): number[] {
  const numbers = label
    .trim()
    .split(/[\s;]+/)
    .map(Number);
  if (label.trim() !== '' && numbers.every(Number.isFinite)) return numbers;
  throw new AutosplitError('LABELS_INVALID', `${csv}: "${label}" is no list of numbers`, {
    hint: 'mae takes numbers with spaces between, or the name of an .npy file',
  });
}

function spreadOf(labels: readonly ArrayLike<number>[]): number {
  const all = labels.flatMap((values) => Array.from(values));
  const mean = all.reduce((a, b) => a + b, 0) / all.length;
  return Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length) || 1;
}

/** 1 - mean absolute error / scale. */
export const maeMetric = labelled('files', open);
