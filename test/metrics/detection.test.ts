import { expect, it } from 'vitest';
import { headInWords, headOf, mapMetric, sameDetections } from '../../src/metrics/detection.js';
import type { Head } from '../../src/outputs/detections/head.js';
import { expectError } from '../samples/support.js';

const HEAD: Head = { head: 'decoded', boxes: 'y', format: 'corners', normalized: false, background: false };
const rows = (...values: number[][]) => ({
  y: { dtype: 'float32' as const, shape: [values.length, 6], data: Float32Array.from(values.flat()) },
});
const truth = [{ box: [0, 0, 10, 10] as const, class: 2, crowd: false }];

it('labelled boxes that are all found give 1, and what is missed or wrong takes from it', async () => {
  const map = mapMetric({ name: 'map' }, HEAD, [100, 100], [truth]);
  expect(await map.score(rows([0, 0, 10, 10, 0.9, 2]), 0)).toBeCloseTo(1, 9);
  expect(await map.score(rows([0, 0, 10, 10, 0.9, 1]), 0)).toBe(0);
  // Overlap 0.8: right at six or seven of the ten overlaps, at 0.5 always.
  const moved = rows([0, 0, 10, 8, 0.9, 2]);
  expect(await map.score(moved, 0)).toBeGreaterThan(0.55);
  expect(await map.score(moved, 0)).toBeLessThan(0.75);
  expect(await mapMetric({ name: 'map50' }, HEAD, [100, 100], [truth]).score(moved, 0)).toBeCloseTo(1, 9);
});

it('detections of the float network are those wanted, from a score of 0.25 on', () => {
  const f1 = sameDetections({ name: 'detections' }, HEAD, [100, 100]);
  const exact = rows([0, 0, 10, 10, 0.9, 2], [50, 50, 60, 60, 0.2, 1]);
  expect(f1(exact, exact)).toBe(1);
  expect(f1(rows([0, 0, 10, 10, 0.2, 2]), exact)).toBe(0);
  expect(f1(rows([0, 1, 10, 10, 0.5, 2], [50, 50, 60, 60, 0.3, 1]), exact)).toBeCloseTo(2 / 3, 9);
});

it('a head that was found can be corrected; one that was not is an error that lists the known', async () => {
  expect(headOf(HEAD, { name: 'map', boxes: 'centre', normalized: true })).toMatchObject({
    format: 'centre',
    normalized: true,
  });
  await expectError(
    async () => headOf(undefined, { name: 'map', head: 'yolov8' }),
    'METRIC_INVALID',
    /not those of a head `yolov8`/,
  );
  const error = await expectError(
    async () => headOf(undefined, { name: 'detections' }),
    'METRIC_INVALID',
    /knows no head/,
  );
  expect(error.hint).toMatch(/yolov5 is \[1, N, 5 \+ C\]/);
  expect(headInWords(HEAD)).toMatch(/decoded, boxes as corners in pixels/);
});
