import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { type Inference, openModel } from '../../src/inference/session.js';
import { type Network, readNetwork } from '../../src/network.js';
import { inputProfiles } from '../../src/profile/inputs.js';
import { openSamples, type SampleSet } from '../../src/samples/open.js';

const example = path.resolve('examples/license-plates');
let workDir: string;
let network: Network;
let samples: SampleSet;
let inference: Inference;

beforeAll(async () => {
  workDir = await mkdtemp(path.join(tmpdir(), 'autosplit-test-'));
  const [config] = await loadConfig({ cwd: example });
  network = await readNetwork(config, workDir, () => {});
  samples = await openSamples({ ...config.calibration, limit: 3 }, network.model.graph.inputs);
  inference = await openModel(network.model, workDir, 'float');
});
afterAll(async () => {
  await inference.close();
  await rm(workDir, { recursive: true, force: true });
});

const profile = async (encoding: Parameters<typeof inputProfiles>[0]['encoding']) => {
  const { inputs } = network.model.graph;
  const profiles = await inputProfiles({ inputs, samples, encoding, inference, outputs: ['logits'], onProgress: () => {} });
  const found = profiles.get('image');
  if (!found) throw new Error('there is no input');
  return found;
};

/** Pixels of a picture, planes first, as sharp decodes them. */
async function decoded(image: Buffer): Promise<Uint8Array> {
  const { data } = await sharp(image).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return Uint8Array.from(data, (_, i) => data[(i % (64 * 192)) * 3 + Math.floor(i / (64 * 192))]);
}

test('auto offers pictures and lossless codings with the sizes that an encoder gives; only lossy ones cost accuracy', async () => {
  const { sizes, errors } = await profile('auto');
  expect([...sizes.keys()].sort()).toEqual(
    ['arithmetic', 'deflate', 'jpeg:80', 'jpeg:90', 'jpeg:95', 'png', 'raw', 'webp:80', 'webp:90'].sort(),
  );
  expect([...errors.keys()].sort()).toEqual(['jpeg:80', 'jpeg:90', 'jpeg:95', 'webp:80', 'webp:90']);
  expect(sizes.get('raw')).toEqual({ mean: 3 * 64 * 192, p50: 3 * 64 * 192, p95: 3 * 64 * 192 });
  expect(sizes.get('jpeg:80')?.mean).toBeLessThan(sizes.get('jpeg:95')?.mean ?? 0);
  expect(sizes.get('arithmetic')?.mean).toBeLessThan(sizes.get('deflate')?.mean ?? 0);
  const error = (name: string) => errors.get(name)?.relative ?? Number.NaN;
  expect(error('jpeg:95')).toBeGreaterThan(0);
  expect(error('jpeg:80')).toBeGreaterThan(error('jpeg:95'));
});

test('a name offers that encoding alone beside raw', async () => {
  expect([...(await profile('jpeg:90')).sizes.keys()]).toEqual(['raw', 'jpeg:90']);
  expect([...(await profile('raw')).sizes.keys()]).toEqual(['raw']);
});

test('what a lossy picture costs is what the float network gives for the picture that arrives', async () => {
  const { errors, sizes } = await profile('jpeg:80');
  let [noise, signal, elements] = [0, 0, 0];
  const bytes: number[] = [];
  for (let i = 0; i < samples.count; i++) {
    const { codes } = (await samples.images?.(i))?.image ?? { codes: new Uint8Array() };
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
  const near = (value: number | undefined, exact: number) => expect(Math.abs((value ?? 0) / exact - 1)).toBeLessThan(1e-3);
  near(errors.get('jpeg:80')?.relative, noise / signal);
  near(errors.get('jpeg:80')?.mse, noise / elements);
  near(sizes.get('jpeg:80')?.mean, bytes.reduce((a, b) => a + b, 0) / bytes.length);
});
