import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { TensorValue } from '../../src/inference/session.js';
import { placing, readBoxes } from '../../src/metrics/ground-truth.js';
import { labelKind, METRICS, type MetricName } from '../../src/metrics/index.js';
import type { LabelledMetric, MetricDefinition } from '../../src/metrics/metric.js';
import type { MetricOptions } from '../../src/metrics/options.js';
import { textOf } from '../../src/metrics/text.js';
import type { OutputFact } from '../../src/outputs/fact.js';
import { expectError, file, PLAIN } from '../samples/support.js';
import { sources } from './sources.js';

const floats = (shape: number[], values: number[]): Record<string, TensorValue> => ({
  y: { dtype: 'float32', shape, data: Float32Array.from(values) },
});
const grey = (values: number[], width: number) =>
  sharp(Uint8Array.from(values), { raw: { width, height: values.length / width, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
const open = (
  options: MetricOptions & { name: MetricName },
  labels: string[],
  csv = '/nowhere/val.csv',
  facts: OutputFact[] = [],
) => (METRICS[options.name] as LabelledMetric).open(sources({ options, csv, labels, facts: async () => facts }));

describe('the metrics', () => {
  it('are those that a config can name', () => {
    const { $defs } = JSON.parse(readFileSync('schemas/config.schema.json', 'utf8'));
    expect(Object.keys(METRICS).sort()).toEqual([...$defs.Metric.properties.name.enum].sort());
  });
  it('know what their labels are; a module has a column of them', () => {
    const kinds = ['top1', 'miou', 'psnr', 'map50', 'agreement', './metric.mjs', 'constructor'].map(labelKind);
    expect(kinds).toEqual(['column', 'files', 'files', 'boxes', 'column', 'column', 'column']);
  });
  it('of single answers are those of a classifier alone, and what is compared with the float model takes no labels', () => {
    const names = (isWanted: (metric: MetricDefinition) => boolean) =>
      Object.entries(METRICS).flatMap(([name, metric]) => (isWanted(metric) ? [name] : []));
    expect(names(({ isOfAnswers }) => isOfAnswers)).toEqual(['top1', 'agreement']);
    expect(names(({ compares }) => compares === 'float')).toEqual(['detections', 'fidelity', 'agreement']);
  });
});

describe('masks', () => {
  it('are compared with the classes of the largest scores, or with labels; 255 is left out', async () => {
    const mask = await file('masks/a.png', await grey([0, 1, 255, 1], 2));
    const classes: OutputFact[] = [{ name: 'y', kind: 'classes', axis: 1 }];
    const csv = mask.replace('a.png', 'val.csv');
    const accuracy = await open({ name: 'pixel-accuracy' }, ['a.png'], csv, classes);
    // Planes of two classes: 0, 1, 1, 0.
    const outputs = floats([1, 2, 2, 2], [1, 0, 0, 1, 0, 1, 1, 0]);
    expect(await accuracy.score(outputs, 0)).toBeCloseTo(2 / 3, 9);
    const miou = await open({ name: 'miou' }, ['a.png'], csv, classes);
    expect(await miou.score(outputs, 0)).toBeCloseTo((1 / 2 + 1 / 2) / 2, 9);
    const labels = await open({ name: 'pixel-accuracy' }, ['a.png'], csv, [{ name: 'm', kind: 'labels' }]);
    expect(
      await labels.score({ m: { dtype: 'int64', shape: [1, 2, 2], data: BigInt64Array.of(0n, 1n, 5n, 1n) } }, 0),
    ).toBe(1);
    const small = floats([1, 2, 1, 1], [1, 0]);
    await expectError(async () => miou.score(small, 0), 'LABELS_INVALID', /4 pixels, the network gives 1/);
    await expectError(() => open({ name: 'miou' }, ['b.png'], csv, classes), 'LABELS_INVALID', /cannot be read/);
  });
  it('of colours are refused, because they hide the classes', async () => {
    const colours = sharp(Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9), {
      raw: { width: 2, height: 2, channels: 3 },
    });
    const mask = await file('masks/palette.png', await colours.png({ palette: true }).toBuffer());
    await expectError(() => open({ name: 'miou' }, ['palette.png'], mask), 'LABELS_INVALID', /palette/);
  });
});

describe('text', () => {
  const options = { alphabet: ['a', 'b'], blank: 2 };
  const scores = (...path: number[]) =>
    floats(
      [1, 3, path.length],
      [0, 1, 2].flatMap((k) => path.map((value) => (value === k ? 1 : 0))),
    );
  it('is decoded greedily, whichever axis is time', () => {
    expect(textOf(scores(0, 0, 2, 0, 1), options)).toBe('aab');
    expect(textOf(floats([5, 1, 3], [1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0]), options)).toBe('aab');
    expect(textOf(scores(1, 0, 2), { alphabet: ['a', 'b'], blank: 0 })).toBe('ab');
  });
  it('counts whole, by edits, or by errors', async () => {
    const texts = { alphabet: 'ab', blank: 2 };
    const outputs = scores(0, 2, 1, 0);
    expect(await (await open({ name: 'ctc', ...texts }, ['aba', 'ab'])).score(outputs, 0)).toBe(1);
    expect(await (await open({ name: 'ctc', ...texts }, ['aba', 'ab'])).score(outputs, 1)).toBe(0);
    expect(await (await open({ name: 'edit', ...texts }, ['abb'])).score(outputs, 0)).toBeCloseTo(2 / 3, 9);
    const cer = await open({ name: 'cer', ...texts }, ['aba', 'bbbbb']);
    const records = [0, 1].map((sample) => cer.dataset?.record(outputs, sample));
    // No error in three characters, four in five.
    expect(cer.dataset?.score(records)).toBeCloseTo(1 - 4 / 8, 9);
    await expectError(async () => (await open({ name: 'ctc' }, ['a'])).score(outputs, 0), 'METRIC_INVALID', /alphabet/);
    await expectError(
      async () => (await open({ name: 'ctc', alphabet: 'abcdef' }, ['a'])).score(outputs, 0),
      'METRIC_INVALID',
      /7 classes/,
    );
  });
  it('refuses what the outputs of the model can not say before it runs', async () => {
    const on = (dtype: string, shape: number[], options: MetricOptions) =>
      METRICS.ctc.open(
        sources({ options, labels: ['a'], graph: { inputs: [], outputs: [{ name: 'y', dtype, shape }] } as never }),
      );
    const ctc = { name: 'ctc', alphabet: 'ab' };
    await expectError(() => on('float32', [1, 3, 5], { name: 'ctc' }), 'METRIC_INVALID', /no `alphabet`/);
    await expectError(() => on('int64', [1, 5], { name: 'ctc' }), 'METRIC_INVALID', /no `alphabet`/);
    await expectError(() => on('float32', [1, 4, 5], ctc), 'METRIC_INVALID', /no axis of 3 classes/);
    await expect(on('float32', [1, 3, 5], ctc)).resolves.toBeDefined();
    await expect(on('string', [1], { name: 'ctc' })).resolves.toBeDefined();
    await expectError(() => on('float32', [1, 3, 5], { ...ctc, output: 'z' }), 'METRIC_INVALID', /no output "z"/);
  });
});

describe('values', () => {
  it('mae counts by the spread of the labels, or by a scale', async () => {
    expect(await (await open({ name: 'mae', scale: 10 }, ['1 2', '3 4'])).score(floats([1, 2], [2, 4]), 0)).toBeCloseTo(
      1 - 1.5 / 10,
      9,
    );
    const spread = Math.sqrt(1.25);
    expect(await (await open({ name: 'mae' }, ['1 2', '3 4'])).score(floats([1, 2], [1.5, 2]), 0)).toBeCloseTo(
      1 - 0.25 / spread,
      9,
    );
    await expectError(() => open({ name: 'mae' }, ['cat']), 'LABELS_INVALID', /no list of numbers/);
  });
  it('auc ranks by one element', async () => {
    const auc = await open({ name: 'auc', class: 0 }, ['1', '0', '1']);
    const records = [0.9, 0.5, 0.1].map((value, i) => auc.dataset?.record(floats([1, 2], [value, 1 - value]), i));
    expect(auc.dataset?.score(records)).toBe(0.5);
    await expectError(() => open({ name: 'auc' }, ['2']), 'LABELS_INVALID', /neither 0 nor 1/);
  });
  it('pictures are compared with pictures, scaled to the range of the output', async () => {
    const values = Array.from({ length: 256 }, (_, i) => (i * 37) % 200);
    const csv = await file('pictures/a.png', await grey(values, 16));
    for (const name of ['psnr', 'ssim'] as const) {
      const metric = await open({ name }, ['a.png'], csv);
      expect(
        await metric.score(
          floats(
            [1, 1, 16, 16],
            values.map((value) => value / 255),
          ),
          0,
        ),
      ).toBeCloseTo(1, 6);
    }
    const off = floats(
      [1, 1, 16, 16],
      values.map((value) => value / 255 + 0.1),
    );
    // 0.1 of a range of 1 is 20 dB.
    expect(await (await open({ name: 'psnr' }, ['a.png'], csv)).score(off, 0)).toBeCloseTo(20 / 50, 6);
  });
});

describe('boxes of labels', () => {
  it('come to lie where the picture is scaled, cut or padded to', () => {
    const box = [10, 20, 50, 60] as const;
    expect(placing([100, 200], { fit: 'fill', resize: [50, 50] })(box)).toEqual([5, 5, 25, 15]);
    expect(placing([100, 200], { fit: 'contain', resize: [100, 100] })(box)).toEqual([30, 10, 50, 30]);
    expect(placing([100, 200], { fit: 'cover', resize: [100, 100] })(box)).toEqual([10, 0, 50, 10]);
    expect(placing([100, 200], { fit: 'cover', resize: 50, crop: [40, 40] })(box)).toEqual([0, 0, 20, 0]);
  });
  it('are read from COCO and from YOLO alike', async () => {
    const picture = await file('boxes/images/one.png', await grey(new Array(200 * 100).fill(0), 200));
    const coco = await file(
      'boxes/coco.json',
      JSON.stringify({
        images: [{ id: 4, file_name: 'val/one.png', width: 200, height: 100 }],
        annotations: [{ image_id: 4, category_id: 7, bbox: [20, 10, 40, 30] }],
        categories: [{ id: 3 }, { id: 7 }],
      }),
    );
    const label = await file('boxes/labels/one.txt', '1 0.2 0.25 0.2 0.3\n');
    const sources = {
      files: [picture],
      preprocess: { ...PLAIN, resize: [100, 100] as [number, number] },
      modelClasses: 2,
    };
    const expected = [[{ box: [10, 10, 30, 40], class: 1, crowd: false }]];
    expect((await readBoxes({ ...sources, labels: coco })).boxes).toEqual(expected);
    const yolo = (await readBoxes({ ...sources, labels: label.replace('/one.txt', '') })).boxes;
    expect(yolo[0][0].class).toBe(1);
    for (const [i, value] of yolo[0][0].box.entries()) expect(value).toBeCloseTo(expected[0][0].box[i], 9);
    expect((await readBoxes({ ...sources, modelClasses: 91, labels: coco })).boxes[0][0].class).toBe(7);
    await expectError(() => readBoxes({ ...sources, labels: picture }), 'LABELS_INVALID', /JSON/);
  });
});
