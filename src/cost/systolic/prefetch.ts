import type { Operand } from './operand.js';
import { elementRuns, isInside, windowRuns } from './picture.js';

/**
 * The order in which an operand is fetched. SCALE-Sim v2, "USER mode". Element t of lane x of fold f is in group f *
 * steps + t, plus its lane within the fold where lanes are askew; within a group, lanes are in ascending order. What a
 * line of a fold asks for is part of one group.
 */
export interface PrefetchOrder {
  /** 1 where lanes are askew, 0 where a group is a row across all lanes. */
  skew: 0 | 1;
  /** Position of the first element of each group, and of the end. */
  starts: Uint32Array;
}

/**
 * Elements that are fetched: those beyond the edge are left out, or, as `padded`, counted along with the empty lanes of
 * edge folds.
 */
export const fetchedElements = ({ spread, folds, lanes, steps, picture }: Operand) => ({
  count: picture?.requested ?? spread * steps,
  padded: folds * steps * lanes,
});

/** Lays out the order of an operand: four bytes a group. */
export function prefetchOrder(operand: Operand): PrefetchOrder {
  const { layout, lanes, spread, folds, steps, picture, lanesAre } = operand;
  const skew = layout === 'streamed' ? 1 : 0;
  const groups = folds * steps + skew * (lanes - 1);
  // Where lanes begin and end, summed up to the number of lanes in each group, summed up to positions.
  const starts = new Uint32Array(groups + 2);
  let base = 0;
  const mark = (from: number, to: number) => {
    starts[base + from]++;
    starts[base + to]--;
  };
  for (let x = 0; x < spread; x++) {
    const lane = x % lanes;
    base = ((x - lane) / lanes) * steps + skew * lane + 1;
    if (!picture) mark(0, steps);
    else if (lanesAre === 'windows') elementRuns(picture, x, mark);
    else windowRuns(picture, x, mark);
  }
  let used = 0;
  let position = 0;
  for (let group = 1; group < starts.length; group++) {
    used = (used + starts[group]) | 0;
    position += used;
    starts[group] = position;
  }
  if (position >= 2 ** 32) throw new RangeError('an operand of 2^32 words or more cannot be simulated');
  return { skew, starts: starts.subarray(0, groups + 1) };
}

/** Calls `visit` with the lane and the position of each element of a group, in order. */
export function eachInGroup(
  operand: Operand,
  order: PrefetchOrder,
  group: number,
  visit: (lane: number, position: number) => void,
): void {
  const { lanes, spread, folds, steps, picture, lanesAre } = operand;
  const { skew, starts } = order;
  let position = starts[group];
  for (
    let lane = Math.max(0, skew * (group - folds * steps + 1));
    lane < lanes && position < starts[group + 1];
    lane++
  ) {
    const row = group - skew * lane;
    const fold = Math.floor(row / steps);
    const x = fold * lanes + lane;
    const t = row - fold * steps;
    if (x >= spread || (picture && !(lanesAre === 'windows' ? isInside(picture, x, t) : isInside(picture, t, x))))
      continue;
    visit(lane, position++);
  }
}

/** Line of the ring in which element `t` of lane `x`, counted over all folds, is. */
export function ringLineOf(operand: Operand, order: PrefetchOrder, lineWords: number, x: number, t: number): number {
  const { lanes, folds, steps } = operand;
  const { skew, starts } = order;
  const lane = x % lanes;
  const group = ((x - lane) / lanes) * steps + t + skew * lane;
  const start = starts[group];
  const end = starts[group + 1];
  const line = Math.floor(start / lineWords);
  if (end <= (line + 1) * lineWords) return line;
  const first = Math.max(0, skew * (group - folds * steps + 1));
  const last = skew ? Math.min(group, lanes - 1) : lanes - 1;
  let position = start + lane - first;
  // Where lanes are missing, those before this one must be counted.
  if (end - start <= last - first)
    eachInGroup(operand, order, group, (at, place) => {
      if (at === lane) position = place;
    });
  return Math.floor(position / lineWords);
}
