import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { activationHistograms } from '../../src/calibrate/activations.js';
import { inputProfiles } from '../../src/calibrate/inputs.js';
import { loadInputs } from '../../src/calibrate/kept-samples.js';
import { loadConfig } from '../../src/config/load.js';
import type { ResolvedSamples } from '../../src/config/resolved.js';
import { type LoadedModel, loadModel } from '../../src/frontend/index.js';
import { type Inference, openModel } from '../../src/inference/session.js';
import { quantizeAffine } from '../../src/numerics/affine.js';
import { packBits } from '../../src/numerics/pack.js';
import { quantizerOf } from '../../src/numerics/range.js';
import { describeValues, type Run } from '../../src/outputs/channels.js';
import { sampleRoom } from '../../src/samples/kept.js';
import { openSamples, type SampleSet } from '../../src/samples/open.js';

const example = path.resolve('examples/license-plates');
let workDir: string;
let network: LoadedModel;
let calibration: ResolvedSamples;
let samples: SampleSet;
let inference: Inference;

beforeAll(async () => {
  workDir = await mkdtemp(path.join(tmpdir(), 'autosplit-test-'));
  const [config] = await loadConfig({ cwd: example });
  network = await loadModel(config, workDir, () => {});
  calibration = config.calibration;
  samples = await openSamples({ ...calibration, limit: 3 }, network.model.graph.inputs);
  inference = await openModel(network.model, workDir, 'float');
});
afterAll(async () => {
  await inference.close();
  await rm(workDir, { recursive: true, force: true });
});

/**
 * Normalised pixels lie in -127.5 / 64 .. 127.5 / 64; the upper end is clipped, and no pixel lies between two codes.
 */
const WIRE_BITS = [2, 3, 4, 5, 6, 8];
const quantizers = new Map(WIRE_BITS.map((bits) => [bits, { ...quantizerOf(-127.5 / 64, 120.3 / 64, bits), mse: 0 }]));

/** Sizes and errors by `bits encoding`. */
async function profile(encoding: Parameters<typeof inputProfiles>[0]['encoding']) {
  const { inputs } = network.model.graph;
  const tensors = new Map([['image', { quantizers }]]);
  const options = {
    inputs,
    samples,
    encoding,
    inference,
    tensors,
    wireBits: WIRE_BITS,
    outputs: ['logits'],
    onProgress: () => {},
  };
  const found = (await inputProfiles(options)).get('image');
  if (!found) throw new Error('there is no input');
  return { sizes: flat(found.sizes), errors: flat(found.errors) };
}

const flat = <T>(nested: ReadonlyMap<number, ReadonlyMap<string, T>>): Map<string, T> =>
  new Map(
    [...nested].flatMap(([bits, inner]) => [...inner].map(([name, value]) => [`${bits} ${name}`, value] as const)),
  );

/** Pixels of a picture, planes first, as sharp decodes them. */
async function decoded(image: Buffer): Promise<Uint8Array> {
  const { data } = await sharp(image).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return Uint8Array.from(data, (_, i) => data[(i % (64 * 192)) * 3 + Math.floor(i / (64 * 192))]);
}

test('a lossy picture costs what the outputs lose as they are compared', async () => {
  const { inputs } = network.model.graph;
  const runs: Run[] = [];
  for (const i of [0, 1, 2]) {
    const { shape, data } = (await inference.run(await samples.load(i), ['logits'])).logits;
    runs.push({ shape, values: data as Float32Array });
  }
  const compared = [{ name: 'logits', ...describeValues(runs) }];
  const ways = { samples, encoding: 'auto' as const, tensors: new Map(), wireBits: [] };
  const sources = { ...ways, inputs, inference, outputs: ['logits'], onProgress: () => {} };
  const errors = (await inputProfiles({ ...sources, compared })).get('image')?.errors.get(8);
  const lost = (encoding: string) => errors?.get(encoding)?.output ?? Number.NaN;
  expect(lost('jpeg:80')).toBeGreaterThan(lost('jpeg:95'));
  expect(lost('jpeg:95')).toBeGreaterThan(0);
  expect(lost('jpeg:80')).toBeLessThan(1);
  expect((await inputProfiles(sources)).get('image')?.errors.get(8)?.get('jpeg:80')).not.toHaveProperty('output');
});

test('auto offers pictures and lossless codings with the sizes that an encoder gives; only lossy ones cost accuracy', async () => {
  const { sizes, errors } = await profile('auto');
  const fewer = [2, 3, 4, 5, 6].flatMap((bits) => ['raw', 'deflate', 'arithmetic'].map((name) => `${bits} ${name}`));
  const lossy = ['jpeg:80', 'jpeg:90', 'jpeg:95', 'webp:80', 'webp:90'].map((name) => `8 ${name}`);
  const exact = ['arithmetic', 'deflate', 'png', 'raw'].map((name) => `8 ${name}`);
  expect([...sizes.keys()].sort()).toEqual([...exact, ...lossy, ...fewer].sort());
  expect([...errors.keys()].sort()).toEqual([...lossy, ...fewer].sort());
  expect(sizes.get('8 raw')).toEqual({ mean: 3 * 64 * 192, p50: 3 * 64 * 192, p95: 3 * 64 * 192 });
  expect(sizes.get('5 raw')?.mean).toBe((3 * 64 * 192 * 5) / 8);
  expect(sizes.get('8 jpeg:80')?.mean).toBeLessThan(sizes.get('8 jpeg:95')?.mean ?? 0);
  for (const bits of [8, 6, 4])
    expect(sizes.get(`${bits} arithmetic`)?.mean).toBeLessThan(sizes.get(`${bits} deflate`)?.mean ?? 0);
  const error = (name: string) => errors.get(name)?.relative ?? Number.NaN;
  expect(error('8 jpeg:95')).toBeGreaterThan(0);
  expect(error('8 jpeg:80')).toBeGreaterThan(error('8 jpeg:95'));
  expect(error('4 raw')).toBe(error('4 arithmetic'));
  expect(error('3 raw')).toBeGreaterThan(error('6 raw'));
});

test('a name offers that encoding alone beside raw', async () => {
  expect([...(await profile('jpeg:90')).sizes.keys()]).toEqual(['8 jpeg:90', '8 raw']);
  expect([...(await profile('raw')).sizes.keys()]).toEqual(['8 raw']);
});

test('what a lossy picture costs is what the float network gives for the picture that arrives', async () => {
  const { errors, sizes } = await profile('jpeg:80');
  let [noise, signal, elements] = [0, 0, 0];
  const bytes: number[] = [];
  for (let i = 0; i < samples.count; i++) {
    const { codes } = (await samples.pictures?.decode(i))?.image ?? { codes: new Uint8Array() };
    const rows = Buffer.alloc(codes.length).map((_, at) => codes[(at % 3) * 64 * 192 + Math.floor(at / 3)]);
    const jpeg = await sharp(rows, { raw: { width: 192, height: 64, channels: 3 } })
      .jpeg({ quality: 80 })
      .toBuffer();
    bytes.push(jpeg.length);
    const arrived = await decoded(jpeg);
    const feeds = await samples.load(i);
    const expected = (await inference.run(feeds)).logits.data as Float32Array;
    const data = Float32Array.from(arrived, (code) => (code - 127.5) / 64);
    const found = (await inference.run({ image: { ...feeds.image, data } })).logits.data as Float32Array;
    for (let at = 0; at < found.length; at++) {
      noise += (found[at] - expected[at]) ** 2;
      signal += expected[at] ** 2;
    }
    elements += found.length;
  }
  const near = (value: number | undefined, exact: number) =>
    expect(Math.abs((value ?? 0) / exact - 1)).toBeLessThan(1e-3);
  near(errors.get('8 jpeg:80')?.relative, noise / signal);
  near(errors.get('8 jpeg:80')?.mse, noise / elements);
  near(sizes.get('8 jpeg:80')?.mean, bytes.reduce((a, b) => a + b, 0) / bytes.length);
});

test('fewer bits cost what the float network gives for the values that arrive, and take the bytes that are sent', async () => {
  const { errors, sizes } = await profile('auto');
  const { scale, zeroPoint } = quantizers.get(4) ?? { scale: 1, zeroPoint: 0 };
  let [noise, signal] = [0, 0];
  const bytes: number[] = [];
  for (let i = 0; i < samples.count; i++) {
    const feeds = await samples.load(i);
    const values = feeds.image.data as Float32Array;
    bytes.push(gzipSync(packBits(quantizeAffine(values, scale, zeroPoint, 4), 4)).length);
    const data = values.map(
      (value) => scale * (Math.min(15, Math.max(0, Math.round(value / scale) + zeroPoint)) - zeroPoint),
    );
    const expected = (await inference.run(feeds)).logits.data as Float32Array;
    const found = (await inference.run({ image: { ...feeds.image, data } })).logits.data as Float32Array;
    for (let at = 0; at < found.length; at++) {
      noise += (found[at] - expected[at]) ** 2;
      signal += expected[at] ** 2;
    }
  }
  expect(Math.abs((errors.get('4 arithmetic')?.relative ?? 0) / (noise / signal) - 1)).toBeLessThan(1e-2);
  const mean = bytes.reduce((a, b) => a + b, 0) / bytes.length;
  expect(Math.abs((sizes.get('4 deflate')?.mean ?? 0) / mean - 1)).toBeLessThan(0.02);
});

test('a picture is decoded once for ranges, sizes, losses and weights, by all sets that have it', async () => {
  const { graph } = network.model;
  const decoded = vi.fn<(sample: string) => void>();
  const counting = (set: SampleSet): SampleSet => {
    const { pictures } = set;
    if (!pictures) throw new Error('the samples are no pictures');
    const decode = (index: number) => {
      decoded(set.names[index]);
      return pictures.decode(index);
    };
    return {
      ...set,
      pictures: { ...pictures, decode },
      load: async (index) => pictures.toTensors(await decode(index)),
    };
  };
  const room = sampleRoom();
  const [whole, part] = await Promise.all(
    [samples, await openSamples({ ...calibration, limit: 2 }, graph.inputs)].map(async (set) =>
      room.keep(counting(set), calibration),
    ),
  );
  const tensors = [{ name: 'image', elements: 3 * 64 * 192 }];
  await activationHistograms(inference, whole, tensors, new Set(['image']), () => {});
  const found = await inputProfiles({
    inputs: graph.inputs,
    samples: whole,
    encoding: 'auto',
    inference,
    tensors: new Map([['image', { quantizers }]]),
    wireBits: WIRE_BITS,
    outputs: ['logits'],
    onProgress: () => {},
  });
  expect(found.get('image')?.errors.size).toBeGreaterThan(0);
  await loadInputs(graph, whole, [0, 1, 2]);
  await loadInputs(graph, part, [0, 1]);
  expect(decoded.mock.calls.map(([name]) => name).sort()).toEqual([...new Set([...whole.names, ...part.names])].sort());
});
