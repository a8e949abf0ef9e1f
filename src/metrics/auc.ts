import { weightOf } from './metric.js';

/** A score, and whether its sample is of the class. */
export type Ranked = [score: number, isOfClass: boolean];

/**
 * Area under the receiver operating characteristic: share of pairs of a sample of the class and one that is not in
 * which the first has the higher score, ties half (Hanley and McNeil 1982). A half where there are no pairs.
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
