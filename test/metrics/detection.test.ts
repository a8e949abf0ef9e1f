import { expect, it } from 'vitest';
import { METRICS } from '../../src/metrics/index.js';
import type { MetricSources } from '../../src/metrics/metric.js';
import type { MetricOptions } from '../../src/metrics/options.js';
import type { Head } from '../../src/outputs/detections/head.js';
import { expectError, file, PLAIN } from '../samples/support.js';
import { sources } from './sources.js';

const HEAD: Head = { head: 'decoded', boxes: 'y', format: 'corners', normalized: false, background: false };
const rows = (...values: number[][]) => ({
  y: { dtype: 'float32' as const, shape: [values.length, 6], data: Float32Array.from(values.flat()) },
});
const graph = { inputs: [{ name: 'x', shape: [1, 3, 100, 100] }], outputs: [] } as never;
const opened = (name: 'map' | 'map50', own: Partial<MetricSources> = {}) =>
  METRICS[name].open(sources({ options: { name }, graph, heads: async () => [HEAD], ...own }));

/** One picture of the size of the input, with one box of class 2, which is the third category. */
async function onePicture(): Promise<Partial<MetricSources>> {
  const coco = {
    images: [{ id: 1, file_name: 'a.jpg', width: 100, height: 100 }],
    annotations: [{ image_id: 1, category_id: 30, bbox: [0, 0, 10, 10] }],
    categories: [{ id: 10 }, { id: 20 }, { id: 30 }],
  };
  const csv = await file('boxes/coco.json', JSON.stringify(coco));
  return { csv, pictures: { files: ['/nowhere/a.jpg'], preprocess: PLAIN } };
}

it('labelled boxes that are all found give 1, and what is missed or wrong takes from it', async () => {
  const labels = await onePicture();
  const map = await opened('map', labels);
  expect(await map.score(rows([0, 0, 10, 10, 0.9, 2]), 0)).toBeCloseTo(1, 9);
  expect(await map.score(rows([0, 0, 10, 10, 0.9, 1]), 0)).toBe(0);
  // Overlap 0.8: right at six or seven of the ten overlaps, at 0.5 always.
  const moved = rows([0, 0, 10, 8, 0.9, 2]);
  expect(await map.score(moved, 0)).toBeGreaterThan(0.55);
  expect(await map.score(moved, 0)).toBeLessThan(0.75);
  expect(await (await opened('map50', labels)).score(moved, 0)).toBeCloseTo(1, 9);
  expect(map.notes).toEqual([expect.stringMatching(/decoded, boxes as corners in pixels/)]);
  await expectError(() => opened('map'), 'METRIC_INVALID', /needs pictures/);
});

const detections = (options: Omit<MetricOptions, 'name'> = {}, heads: Head[] = [HEAD]) =>
  METRICS.detections.open(sources({ options: { name: 'detections', ...options }, graph, heads: async () => heads }));

it('detections of the float network are those wanted, from a score of 0.25 on', async () => {
  const { score } = await detections();
  const exact = rows([0, 0, 10, 10, 0.9, 2], [50, 50, 60, 60, 0.2, 1]);
  expect(score(exact, exact)).toBe(1);
  expect(score(rows([0, 0, 10, 10, 0.2, 2]), exact)).toBe(0);
  expect(score(rows([0, 1, 10, 10, 0.5, 2], [50, 50, 60, 60, 0.3, 1]), exact)).toBeCloseTo(2 / 3, 9);
});

it('a head that was found can be corrected; one that was not is an error that lists the known', async () => {
  // As centre and size, the first box reaches from -5 to 5, and the second from 0 to 10.
  const { score } = await detections({ head: 'decoded', boxes: 'centre' });
  expect(score(rows([0, 0, 10, 10, 0.9, 2]), rows([5, 5, 10, 10, 0.9, 2]))).toBe(0);
  expect((await detections({ head: 'decoded' })).notes).toEqual([]);
  await expectError(() => detections({ head: 'yolov8' }), 'METRIC_INVALID', /not those of a head `yolov8`/);
  const error = await expectError(() => detections({}, []), 'METRIC_INVALID', /knows no head/);
  expect(error.hint).toMatch(/yolov5 is \[1, N, 5 \+ C\]/);
});
