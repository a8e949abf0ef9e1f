import { AutosplitError } from '../util/error.js';
import { labelled, type MetricFacts } from './metric.js';
import { decoded, type Metric, ofLabels } from './user.js';

/**
 * 1 if the label is among the `k` largest values of the flattened first output, else 0. Equal values rank by index; a
 * label with value NaN is wrong.
 */
export function topMetric(k: number): Metric {
  return (outputs, label) => {
    const [first] = Object.values(outputs);
    const data = first ? decoded(first).data : [];
    const wanted = /^\s*\d+\s*$/.test(label) ? Number(label) : Number.NaN;
    if (!(wanted < data.length)) {
      throw new AutosplitError('LABELS_INVALID', `label "${label}" is no class of the network: 0..${data.length - 1}`, {
        hint: 'top1 and top5 take the index of a class; other labels need a metric module',
      });
    }
    const value = Number(data[wanted]);
    if (Number.isNaN(value)) return 0;
    let rank = 0;
    for (let i = 0; i < data.length; i++) {
      const other = Number(data[i]);
      if (other > value || (other === value && i < wanted)) rank++;
    }
    return rank < k ? 1 : 0;
  };
}

const top = (k: number, facts: Pick<MetricFacts, 'isOfAnswers'>) =>
  labelled('column', async ({ labels }) => ofLabels(topMetric(k), labels), { isOfRow: true, ...facts });

export const top1Metric = top(1, { isOfAnswers: true });
/** `isOfAnswers` is false: the movement of the two best scores says nothing about the five best. */
export const top5Metric = top(5, { isOfAnswers: false });
