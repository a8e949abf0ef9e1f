import { numbersOf, type Outputs } from '../outputs/elements.js';
import { AutosplitError } from '../util/error.js';
import type { LabelArray } from './label-files.js';
import type { OpenMetric } from './metric.js';

/** The named output, or the first, as numbers. Throws METRIC_INVALID if it holds no numbers. */
export function numbersIn(outputs: Outputs, name: string | undefined) {
  const tensor = only(outputs, name);
  const values = numbersOf(tensor);
  if (values) return { tensor, values };
  throw new AutosplitError('METRIC_INVALID', `the output holds ${tensor.dtype}, not numbers`);
}

/** The named output, or the first. Throws METRIC_INVALID if it does not exist. */
export function only<T>(outputs: Readonly<Record<string, T>>, name: string | undefined): T {
  const tensor = name === undefined ? Object.values(outputs)[0] : outputs[name];
  if (tensor) return tensor;
  throw new AutosplitError('METRIC_INVALID', `the network has no output "${name ?? ''}"`, {
    hint: `it has ${Object.keys(outputs).join(', ')}`,
  });
}

/** Restricts a metric to one output. */
export function onOutput({ score, dataset, notes }: OpenMetric, name: string | undefined): OpenMetric {
  const of = (outputs: Outputs): Outputs => ({ [name ?? Object.keys(outputs)[0]]: only(outputs, name) });
  return {
    score: (outputs, sample) => score(of(outputs), sample),
    ...(dataset && { dataset: { ...dataset, record: (outputs, sample) => dataset.record(of(outputs), sample) } }),
    notes,
  };
}

export const unequal = (name: string, { shape }: LabelArray, length: number) =>
  new AutosplitError(
    'LABELS_INVALID',
    `the label of ${name} is [${shape.join(', ')}], the network gives ${length} values`,
    {
      hint: 'labels must have the shape of the output',
    },
  );
