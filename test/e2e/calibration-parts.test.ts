import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Profile } from '../../src/calibrate/profile.js';
import { type ConfigOverrides, loadConfig } from '../../src/config/load.js';
import { prepare } from '../../src/pipeline/index.js';
import type { Cache } from '../../src/util/cache.js';
import { type CountingCache, countingCache } from '../counting-cache.js';
import { project, scratch, UNLABELLED } from './project.js';

let folder: string;
let cache: CountingCache;
/** A tensor that crosses alone. */
const CUT = '/stem/relu/Relu_output_0';
const BITS = { weights: [2, 4, 8], wire: [4, 8] };

async function profileOf(overrides: ConfigOverrides, kept?: Cache): Promise<Profile> {
  const [config] = await loadConfig({ cwd: folder, overrides });
  const { profile } = await prepare(config, {
    run: async (_, stage) => stage(() => {}),
    workDir: scratch(),
    threads: 2,
    ...(kept && { cache: kept }),
  });
  return profile;
}

beforeAll(async () => {
  folder = project({
    ...UNLABELLED,
    input: { encoding: 'auto' },
    calibration: { images: 'data/calib/000[1-2].jpg' },
    edge: { preset: 'raspberry-pi-4', bits: BITS },
  });
  cache = countingCache();
  await profileOf({}, cache);
  expect(Object.keys(cache.computed()).sort()).toEqual(
    [
      'errors',
      'facts',
      'histograms',
      'inputs',
      'optimised',
      'outputs',
      'quantizers',
      'ranges',
      'sensitivity',
      'sizes',
    ].sort(),
  );
  cache.names();
});

describe('what a change computes anew', () => {
  beforeEach(() => {
    cache.computed();
    cache.names();
  });

  test.each<[string, ConfigOverrides]>([
    ['nothing', {}],
    ['the link', { network: { preset: 'wifi-5', uplink: '3 Mbps' } }],
    ['the cloud', { cloud: { preset: 'nvidia-t4' } }],
    ['the memory', { edge: { memory: '64 KiB' } }],
    ['the device', { edge: { preset: 'jetson-nano' } }],
    ['fewer bits of weights', { edge: { bits: { weights: [4, 8] } } }],
    ['a device with wide weights alone', { edge: { bits: { weights: [8] } } }],
    ['fewer bits on the wire', { edge: { bits: { wire: [8] } } }],
    ['another target with the same operators', { edge: { target: 'onnxruntime-web' } }],
    ['a cut that is given', { split: { after: [CUT] } }],
    ['an encoding of the input that was offered', { input: { encoding: 'png' } }],
    ['an accuracy', { constraints: { accuracyDrop: '1 %' } }],
  ])('%s: nothing', async (_, overrides) => {
    await profileOf(overrides, cache);
    expect(cache.computed()).toEqual({});
  });

  test('more bits of weights: these alone', async () => {
    await profileOf({ edge: { bits: { weights: [3, 4, 6, 8] } } }, cache);
    expect(Object.keys(cache.computed()).sort()).toEqual(['errors', 'sensitivity']);
    // 6 bits follow from fewer.
    expect([...new Set(cache.names().map((name) => name.replace(/\d+ (\d)$/, '$1')))].sort()).toEqual([
      'errors 3',
      'errors 6',
      'sensitivity layer 3',
    ]);
  });

  test('more bits on the wire: quantizers, sizes and sensitivity at these', async () => {
    await profileOf({ edge: { bits: { wire: [2, 4, 8] } } }, cache);
    expect(Object.keys(cache.computed()).sort()).toEqual(['inputs', 'quantizers', 'sensitivity', 'sizes']);
    for (const name of cache.names())
      expect(name).toMatch(
        /^quantizers 2$|^sensitivity tensor .* 2$|^sizes \["[^"]+",2,|^inputs (coded|lost) \["image",2,/,
      );
  });

  test('another encoding of the input: that of the input', async () => {
    await profileOf({ input: { encoding: 'jpeg:85' } }, cache);
    expect(cache.computed()).toEqual({ inputs: 2 });
    expect(cache.names()).toEqual(['inputs picture image jpeg:85', expect.stringMatching(/^inputs lost .*jpeg:85/s)]);
  });

  test('less effort, where samples are few: what an encoding of the input costs by another measure', async () => {
    await profileOf({ effort: 'fast' }, cache);
    expect(Object.keys(cache.computed())).toEqual(['inputs']);
    for (const name of cache.names()) expect(name).toMatch(/^inputs lost /);
  });

  test('a cut that is given measures what crosses it, other cuts the rest', async () => {
    const own = countingCache();
    await profileOf({ split: { after: [CUT] }, effort: 'fast' }, own);
    expect(own.computed().sizes).toBe(BITS.wire.length);
    expect(
      new Set(
        own
          .names()
          .filter((name) => name.startsWith('sizes'))
          .map((name) => JSON.parse(name.slice(6))[0]),
      ),
    ).toEqual(new Set([CUT]));
    const all = await profileOf({ effort: 'fast' }, own);
    const counts = own.computed();
    expect(Object.keys(counts)).toEqual(['sizes']);
    expect(all).toEqual(await profileOf({ effort: 'fast' }));
  });
});

test.each<ConfigOverrides>([
  { edge: { bits: { weights: [3, 4, 6, 8], wire: [2, 3, 8] } } },
  { edge: { preset: 'coral-edge-tpu', bits: { weights: [8], wire: [4] } } },
])(
  'from the parts of other builds comes the profile that is computed anew: %j',
  async (overrides) => {
    expect(await profileOf(overrides, cache)).toEqual(await profileOf(overrides));
  },
  120_000,
);
