import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { autosplit, configure, digestsOf, flipByte, json, project, scratch } from './project.js';

/** Builds into a fresh folder with a cache; gives the digests of all files. */
async function bundleOf(
  folder: string,
  env: Record<string, string>,
  ...args: string[]
): Promise<Record<string, string>> {
  const { exitCode, stderr } = await autosplit(folder, ['build', '--quiet', ...args], { env });
  expect([exitCode, stderr]).toEqual([0, '']);
  return digestsOf(path.join(folder, 'autosplit'));
}

test('a bundle is the same without a cache, with an empty, a full and a broken one', async () => {
  const folder = project();
  const cache = scratch();
  const env = { AUTOSPLIT_CACHE: cache };
  const without = await bundleOf(folder, env, '--no-cache');
  expect(readdirSync(cache)).toEqual([]);
  expect(await bundleOf(folder, env)).toEqual(without);
  const entries = readdirSync(cache).sort();
  expect([...new Set(entries.map((name) => name.split('-')[0]))]).toEqual([
    'errors',
    'evaluation',
    'facts',
    'float',
    'histograms',
    'inputs',
    'optimised',
    'outputs',
    'quantizers',
    'ranges',
    'scale',
    'selection',
    'sensitivity',
    'sizes',
    'weights',
  ]);
  expect(await bundleOf(folder, env)).toEqual(without);
  expect(readdirSync(cache).sort()).toEqual(entries);

  const whole = digestsOf(cache);
  for (const [i, name] of entries.entries()) {
    const file = path.join(cache, name);
    if (i % 3 === 0) flipByte(file);
    else if (i % 3 === 1) writeFileSync(file, readFileSync(file).subarray(0, 40));
    else writeFileSync(file, '');
  }
  expect(await bundleOf(folder, env)).toEqual(without);
  expect(digestsOf(cache)).toEqual(whole);
});

test('what changed is computed anew: the link alone nothing of the network, a sample everything that saw it', async () => {
  const folder = project();
  const cache = scratch();
  const env = { AUTOSPLIT_CACHE: cache };
  const kinds = () => readdirSync(cache).map((name) => name.split('-')[0]);
  const count = (kind: string) => kinds().filter((each) => each === kind).length;
  await bundleOf(folder, env);
  configure(folder, { network: { uplink: '2 Mbps' } });
  await bundleOf(folder, env);
  expect(['optimised', 'facts', 'histograms', 'float'].map(count)).toEqual([1, 1, 1, 1]);

  flipByte(path.join(folder, 'data/calib/0001.jpg'), 700);
  const { document } = await json<{ plan: unknown }>(folder, ['build'], { env });
  expect(['optimised', 'facts', 'histograms', 'float'].map(count)).toEqual([1, 1, 2, 1]);
  const { document: fresh } = await json<{ plan: unknown }>(folder, ['build', '--no-cache'], { env });
  expect(document.plan).toEqual(fresh.plan);

  const before = count('evaluation');
  const metric = path.join(folder, 'metric.mjs');
  writeFileSync(metric, `${readFileSync(metric, 'utf8')}\nexport const other = 1;\n`);
  await bundleOf(folder, env);
  expect(count('float')).toBe(1);
  expect(count('evaluation')).toBeGreaterThan(before);
});

test('check --rebuild does not believe the cache', async () => {
  const folder = project();
  const cache = scratch();
  const env = { AUTOSPLIT_CACHE: cache };
  await bundleOf(folder, env);
  const before = digestsOf(cache);
  const { exitCode, stdout } = await autosplit(folder, ['check', '--rebuild', '--quiet'], { env });
  expect([exitCode, stdout]).toEqual([0, 'autosplit is fresh']);
  expect(digestsOf(cache)).toEqual(before);
  for (const name of readdirSync(cache)) writeFileSync(path.join(cache, name), 'no');
  expect((await autosplit(folder, ['check', '--rebuild', '--quiet'], { env })).exitCode).toBe(0);
  expect(Object.values(digestsOf(cache)).every((digest) => digest === Object.values(digestsOf(cache))[0])).toBe(true);
});
