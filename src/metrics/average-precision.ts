import { area, type Box, byScore, type Detection, intersection } from '../outputs/detections/boxes.js';
import { weightOf } from './metric.js';

/** A labelled box. */
export interface TrueBox {
  box: Box;
  class: number;
  /** A box of many objects: detections in it count neither as right nor as wrong. */
  crowd: boolean;
}

/** Thresholds of intersection over union at which precision is averaged. */
export const COCO_OVERLAPS = Array.from({ length: 10 }, (_, i) => 0.5 + 0.05 * i);
/** Limit on detections per picture and class. */
const MAX_DETECTIONS = 100;
const RECALLS = Array.from({ length: 101 }, (_, i) => i / 100);

/** Number of boxes of one picture and class, and the result of each detection at each threshold. Plain data. */
export interface ClassRecord {
  class: number;
  truths: number;
  scores: number[];
  /** By detection, by overlap: 1 right, 0 wrong, -1 in a crowd. */
  fates: number[][];
}

/** Matches detections with labelled boxes like pycocotools (cocoeval.py, evaluateImg). */
export function matchBoxes(
  found: readonly Detection[],
  truths: readonly TrueBox[],
  overlaps: readonly number[],
): ClassRecord[] {
  const classes = [...new Set([...found, ...truths].map((each) => each.class))].sort((a, b) => a - b);
  return classes.map((label) => {
    const own = byScore(found.filter((each) => each.class === label)).slice(0, MAX_DETECTIONS);
    const boxes = truths.filter((each) => each.class === label).sort((a, b) => Number(a.crowd) - Number(b.crowd));
    const common = own.map((each) => boxes.map((truth) => commonShare(each.box, truth)));
    const byOverlap = overlaps.map((least) => fatesAt(common, boxes, least));
    return {
      class: label,
      truths: boxes.filter(({ crowd }) => !crowd).length,
      scores: own.map(({ score }) => score),
      fates: own.map((_, i) => byOverlap.map((fates) => fates[i])),
    };
  });
}

/** Intersection over union; for a crowd, the share of the detection that is inside. */
function commonShare(box: Box, truth: TrueBox): number {
  const both = intersection(box, truth.box);
  const whole = truth.crowd ? area(box) : area(box) + area(truth.box) - both;
  return whole > 0 ? both / whole : 0;
}

function fatesAt(common: readonly number[][], boxes: readonly TrueBox[], least: number): number[] {
  const taken = new Set<number>();
  return common.map((shares) => {
    let best = -1;
    let most = Math.min(least, 1 - 1e-10);
    for (const [i, share] of shares.entries()) {
      if (taken.has(i) && !boxes[i].crowd) continue;
      // Keep a match with a single object instead of a crowd.
      if (best >= 0 && !boxes[best].crowd && boxes[i].crowd) break;
      if (share < most) continue;
      [best, most] = [i, share];
    }
    if (best < 0) return 0;
    taken.add(best);
    return boxes[best].crowd ? -1 : 1;
  });
}

/**
 * Mean average precision: precision at 101 recalls, averaged over classes and thresholds (COCO, detection evaluation).
 */
export function meanAveragePrecision(records: readonly ClassRecord[][], weights?: ArrayLike<number>): number {
  const classes = new Map<number, { record: ClassRecord; weight: number }[]>();
  for (const [i, record] of records.entries())
    for (const each of record) {
      const weight = weightOf(weights, i);
      if (weight > 0) classes.set(each.class, [...(classes.get(each.class) ?? []), { record: each, weight }]);
    }
  const precisions = [...classes.values()].flatMap((all) => averagePrecisions(all));
  return precisions.length === 0 ? 0 : precisions.reduce((a, b) => a + b, 0) / precisions.length;
}

/** Average precisions of one class by threshold; empty if it has no labels. */
function averagePrecisions(pictures: readonly { record: ClassRecord; weight: number }[]): number[] {
  const truths = pictures.reduce((sum, { record, weight }) => sum + weight * record.truths, 0);
  if (truths === 0) return [];
  const found = pictures
    .flatMap(({ record, weight }) => record.scores.map((score, i) => ({ score, weight, fates: record.fates[i] })))
    .sort((a, b) => b.score - a.score);
  const overlaps = pictures.find(({ record }) => record.fates.length > 0)?.record.fates[0].length ?? 1;
  return Array.from({ length: overlaps }, (_, at) =>
    averagePrecision(
      found.map(({ fates, weight }) => [fates[at], weight]),
      truths,
    ),
  );
}

function averagePrecision(found: readonly [fate: number, weight: number][], truths: number): number {
  let [right, wrong] = [0, 0];
  const counted = found.filter(([fate]) => fate >= 0);
  const points = counted.map(([fate, weight]) => {
    if (fate === 1) right += weight;
    else wrong += weight;
    return { recall: right / truths, precision: right / (right + wrong) };
  });
  for (let i = points.length - 2; i >= 0; i--)
    points[i].precision = Math.max(points[i].precision, points[i + 1].precision);
  let [sum, at] = [0, 0];
  for (const recall of RECALLS) {
    while (at < points.length && points[at].recall < recall) at++;
    sum += points[at]?.precision ?? 0;
  }
  return sum / RECALLS.length;
}
