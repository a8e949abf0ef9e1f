import type { Outputs } from '../outputs/elements.js';
import { AutosplitError } from '../util/error.js';
import { labelled, type MetricSources, type OpenMetric, ofDataset, weightOf } from './metric.js';
import { numbersIn } from './output.js';

/** A score, and whether its sample belongs to the class. */
export type Ranked = [score: number, isOfClass: boolean];

/**
 * Area under the receiver operating characteristic: the share of pairs of a positive and a negative sample in which the
 * positive one has the higher score; ties count half (Hanley and McNeil 1982). 0.5 if there are no pairs.
 */
export function areaUnderCurve(records: readonly Ranked[], weights?: ArrayLike<number>): number {
  const order = records.map((_, i) => i).sort((a, b) => records[a][0] - records[b][0]);
  let [pairs, below, positives] = [0, 0, 0];
  for (let start = 0; start < order.length; ) {
    let [own, others, end] = [0, 0, start];
    for (; end < order.length && records[order[end]][0] === records[order[start]][0]; end++) {
      if (records[order[end]][1]) own += weightOf(weights, order[end]);
      else others += weightOf(weights, order[end]);
    }
    pairs += own * (below + others / 2);
    below += others;
    positives += own;
    start = Math.max(end, start + 1);
  }
  return positives * below === 0 ? 0.5 : pairs / (positives * below);
}

/** Opens the metric on one element of the output, for labels 0 and 1. */
async function open({ csv, labels, options }: MetricSources): Promise<OpenMetric> {
  const wrong = labels.find((label) => !/^\s*[01]\s*$/.test(label));
  if (wrong !== undefined)
    throw new AutosplitError('LABELS_INVALID', `${csv}: label "${wrong}" is neither 0 nor 1`, {
      hint: 'auc takes 1 for samples of the class and 0 for others',
    });
  const record = (outputs: Outputs, sample: number): Ranked => {
    const { values } = numbersIn(outputs, options.output);
    const value = values[options.class ?? values.length - 1];
    return [Number.isFinite(value) ? value : Number.NEGATIVE_INFINITY, Number(labels[sample]) === 1];
  };
  return { ...ofDataset<Ranked>({ record, score: areaUnderCurve }), notes: [] };
}

/** Area under the receiver operating characteristic, for labels 0 and 1. */
export const aucMetric = labelled('column', open);
