import { describe, expect, it } from 'vitest';
import { type Detection, f1, overlap, suppress } from '../../src/outputs/detections/boxes.js';
import { findHead } from '../../src/outputs/detections/find.js';
import { type DetectOptions, detect, type Head } from '../../src/outputs/detections/head.js';
import type { Outputs } from '../../src/outputs/elements.js';
import { random } from '../onnx/harness.js';

const OPTIONS: DetectOptions = { confidence: 0.25, suppression: 0.5, most: 100, size: [640, 320] };
const N = 50;

/** Candidates that are all weak but for two, of class 1 at (100, 60) and class 0 at (300, 200), 40 x 20 pixels. */
const next = random(2);
const candidates = Array.from({ length: N }, (_, i) => {
  const strong = i === 7 ? 1 : i === 31 ? 0 : undefined;
  const [x, y] = strong === 1 ? [100, 60] : strong === 0 ? [300, 200] : [600 * next(), 300 * next()];
  const scores = [0, 1, 2].map((k) => (k === strong ? 0.9 : 0.02 * next()));
  return { box: [x, y, 40, 20], scores };
});
const tensor = (shape: number[], data: number[]) => ({
  dtype: 'float32' as const,
  shape,
  data: Float32Array.from(data),
});
const columns = (rows: number[][]) => rows[0].flatMap((_, k) => rows.map((row) => row[k]));

const layouts: [string, Outputs][] = [
  ['yolov8', { y: tensor([1, 7, N], columns(candidates.map(({ box, scores }) => [...box, ...scores]))) }],
  [
    'yolov5',
    {
      y: tensor(
        [1, N, 8],
        candidates.flatMap(({ box, scores }) => [...box, Math.max(...scores) > 0.5 ? 1 : 0.1, ...scores]),
      ),
    },
  ],
  [
    'ssd',
    {
      scores: tensor(
        [1, N, 4],
        candidates.flatMap(({ scores }) => [1 - scores.reduce((a, b) => a + b, 0), ...scores]),
      ),
      boxes: tensor(
        [1, N, 4],
        candidates.flatMap(({ box: [x, y, w, h] }) => [
          (x - w / 2) / 640,
          (y - h / 2) / 320,
          (x + w / 2) / 640,
          (y + h / 2) / 320,
        ]),
      ),
    },
  ],
  ['decoded', { y: tensor([2, 6], [80, 50, 120, 70, 0.9, 1, 280, 190, 320, 210, 0.8, 0]) }],
];

describe('heads of detectors', () => {
  it.each(layouts)('%s is found by its outputs, and gives its boxes', (name, outputs) => {
    const head = findHead([outputs]);
    expect(head?.head).toBe(name);
    expect(head).toMatchObject({ normalized: name === 'ssd', background: name === 'ssd' });
    const found = detect(head as Head, outputs, OPTIONS);
    expect(found.map((each) => [each.class, ...each.box.map((value) => Math.round(value))])).toEqual(
      expect.arrayContaining([
        [1, 80, 50, 120, 70],
        [0, 280, 190, 320, 210],
      ]),
    );
    expect(found).toHaveLength(2);
  });
  it('finds none in outputs of other networks', () => {
    expect(
      findHead([
        {
          y: tensor(
            [1, 10, 60],
            Array.from({ length: 600 }, () => 2 * next() - 1),
          ),
        },
      ]),
    ).toBeUndefined();
    expect(findHead([{ y: tensor([1, 10], new Array(10).fill(0.1)) }])).toBeUndefined();
    expect(findHead([])).toBeUndefined();
  });
});

describe('boxes', () => {
  const at = (left: number, score: number, of = 0): Detection => ({ box: [left, 0, left + 10, 10], score, class: of });
  it('overlap by intersection over union', () => {
    expect(overlap([0, 0, 10, 10], [5, 0, 15, 10])).toBeCloseTo(1 / 3, 12);
    expect(overlap([0, 0, 10, 10], [20, 0, 30, 10])).toBe(0);
    expect(overlap([0, 0, 0, 0], [0, 0, 0, 0])).toBe(0);
  });
  it('of a class that overlap are one', () => {
    expect(suppress([at(0, 0.5), at(1, 0.9), at(1, 0.7, 1), at(30, 0.6)], 0.5, 10).map(({ score }) => score)).toEqual([
      0.9, 0.7, 0.6,
    ]);
  });
  it('are the same where they overlap by half and have the same class', () => {
    expect(f1([], [], 0.5)).toBe(1);
    expect(f1([at(0, 0.9)], [], 0.5)).toBe(0);
    expect(f1([at(0, 0.9), at(50, 0.8)], [at(1, 0.7), at(80, 0.9)], 0.5)).toBe(0.5);
    expect(f1([at(0, 0.9)], [at(1, 0.7, 1)], 0.5)).toBe(0);
    expect(f1([at(8, 0.9)], [at(0, 0.9)], 0.5)).toBe(0);
  });
});
