/** A box in pixels of the model's input, with score and class. */
export interface Detection {
  /** Left, top, right, bottom. */
  box: readonly [number, number, number, number];
  score: number;
  class: number;
}

export type Box = Detection['box'];

export const area = ([left, top, right, bottom]: Box): number => Math.max(0, right - left) * Math.max(0, bottom - top);

export const intersection = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));

/** Intersection over union, 0..1. */
export function overlap(a: Box, b: Box): number {
  const common = intersection(a, b);
  return common > 0 ? common / (area(a) + area(b) - common) : 0;
}

/** Sorts by score, best first; the order of equal scores is kept. */
export const byScore = (detections: readonly Detection[]): Detection[] =>
  [...detections].sort((a, b) => b.score - a.score);

/** Greedy non-maximum suppression per class: of boxes that overlap by more than `limit`, keeps the best. */
export function suppress(detections: readonly Detection[], limit: number, most: number): Detection[] {
  const kept: Detection[] = [];
  for (const candidate of byScore(detections)) {
    if (kept.length >= most) break;
    if (!kept.some((better) => better.class === candidate.class && overlap(better.box, candidate.box) > limit))
      kept.push(candidate);
  }
  return kept;
}

/**
 * F1 score 2 TP / (2 TP + FP + FN) of two sets of detections. The best detection first takes the free box of its class
 * with the largest overlap.
 */
export function f1(found: readonly Detection[], wanted: readonly Detection[], least: number): number {
  if (found.length + wanted.length === 0) return 1;
  const free = new Set(wanted);
  let pairs = 0;
  for (const each of byScore(found)) {
    let best: { other: Detection; by: number } | undefined;
    for (const other of free) {
      const by = other.class === each.class ? overlap(each.box, other.box) : 0;
      if (by >= least && by > (best?.by ?? 0)) best = { other, by };
    }
    if (!best) continue;
    free.delete(best.other);
    pairs++;
  }
  return (2 * pairs) / (found.length + wanted.length);
}
