import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { areaUnderCurve, type Ranked } from '../../src/metrics/auc.js';
import { COCO_OVERLAPS, matchBoxes, meanAveragePrecision, type TrueBox } from '../../src/metrics/average-precision.js';
import { psnr, ssim } from '../../src/metrics/picture.js';
import { confusionOf, meanIou, pixelAccuracy } from '../../src/metrics/segmentation.js';
import { collapse, editDistance, errorRateScore, wordsOf } from '../../src/metrics/text.js';
import type { Detection } from '../../src/outputs/detections/boxes.js';

/** Made by metrics_golden.py beside it. */
const golden = JSON.parse(readFileSync(new URL('metrics-golden.json', import.meta.url), 'utf8'));

describe('numbers of other implementations', () => {
  it('mean average precision (pycocotools)', () => {
    const { truth, detections, map, map50 } = golden.boxes;
    type Raw = {
      image_id: number;
      category_id: number;
      bbox: [number, number, number, number];
      score: number;
      iscrowd: number;
    };
    const boxOf = ({ bbox: [x, y, w, h] }: Raw) => [x, y, x + w, y + h] as const;
    const records = (overlaps: readonly number[]) =>
      (truth.images as { id: number }[]).map(({ id }) => {
        const found = (detections as Raw[]).filter((each) => each.image_id === id);
        const boxes = (truth.annotations as Raw[]).filter((each) => each.image_id === id);
        return matchBoxes(
          found.map((each): Detection => ({ box: boxOf(each), score: each.score, class: each.category_id })),
          boxes.map((each): TrueBox => ({ box: boxOf(each), class: each.category_id, crowd: each.iscrowd === 1 })),
          overlaps,
        );
      });
    expect(meanAveragePrecision(records(COCO_OVERLAPS))).toBeCloseTo(map, 9);
    expect(meanAveragePrecision(records([0.5]))).toBeCloseTo(map50, 9);
    // A weight counts as often as a copy.
    const all = records(COCO_OVERLAPS);
    const weights = all.map((_, i) => i % 3);
    const copies = all.flatMap((record, i) => Array.from({ length: i % 3 }, () => record));
    expect(meanAveragePrecision(all, weights)).toBeCloseTo(meanAveragePrecision(copies), 2);
  });
  it('mIoU and pixel accuracy (scikit-learn)', () => {
    const { truth, found, miou, pixelAccuracy: accuracy } = golden.masks;
    const records = (truth as number[][]).map((mask, i) => confusionOf(found[i], mask, String(i)));
    expect(meanIou(records)).toBeCloseTo(miou, 9);
    expect(pixelAccuracy(records)).toBeCloseTo(accuracy, 9);
    expect(meanIou(records, [1, 0, 2, 0, 0])).toBeCloseTo(meanIou([records[0], records[2], records[2]]), 12);
  });
  it('PSNR and SSIM (scikit-image)', () => {
    const { shape, truth, found, psnr: ratio, ssim: similarity } = golden.pictures;
    const [height, width, channels] = shape;
    expect(psnr(truth, found, 255)).toBeCloseTo(ratio, 9);
    const of = (values: number[]) => ({ height, width, channels, values });
    expect(ssim(of(truth), of(found), 255)).toBeCloseTo(similarity, 9);
  });
  it('word and character error rate (jiwer)', () => {
    const { truth, found, wer, cer } = golden.texts;
    const rate = (split: (text: string) => string[]) =>
      errorRateScore(
        (truth as string[]).map((text, i) => [editDistance(split(found[i]), split(text)), split(text).length]),
      );
    expect(1 - rate(wordsOf)).toBeCloseTo(wer, 9);
    expect(1 - rate((text) => [...text])).toBeCloseTo(cer, 9);
  });
  it('area under the curve (scikit-learn)', () => {
    const { labels, scores, auc } = golden.values;
    const records = (labels as number[]).map((label, i): Ranked => [scores[i], label === 1]);
    expect(areaUnderCurve(records)).toBeCloseTo(auc, 12);
    expect(areaUnderCurve([])).toBe(0.5);
  });
});

it('CTC takes repeated classes once and leaves blanks out', () => {
  expect(collapse([0, 1, 1, 0, 1, 2, 2, 0], 0)).toEqual([1, 1, 2]);
  expect(collapse([3, 3, 0, 9, 0], 9)).toEqual([3, 0, 0]);
});
