import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { noCache, openCache } from '../../src/util/cache.js';
import { unless } from '../skips/unless.js';

const root = mkdtempSync(path.join(tmpdir(), 'autosplit-test-'));
let folder: string;
let count = 0;
beforeEach(() => {
  folder = path.join(root, String(count++));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A value with all that stages hand over. */
const value = () => ({
  map: new Map([[2, { bytes: Uint8Array.of(1, 2, 3), bounds: Number.POSITIVE_INFINITY }]]),
  list: [Float32Array.of(0.1)],
});

function counted() {
  const calls = { count: 0 };
  const compute = async () => {
    calls.count++;
    return value();
  };
  return { calls, compute };
}

test('a value is computed once for its key and comes back equal, in another process too', async () => {
  const { calls, compute } = counted();
  const first = await openCache(folder, { version: 1 }).remember('profile', { b: 1, a: [2] }, compute);
  const again = await openCache(folder, { version: 1 }).remember('profile', { a: [2], b: 1 }, compute);
  expect(again).toEqual(value());
  expect(again).toEqual(first);
  expect(calls.count).toBe(1);
  expect(readdirSync(folder)).toHaveLength(1);
});

test('another key, kind or version is another value; no key is never kept', async () => {
  const { calls, compute } = counted();
  await openCache(folder, { version: 1 }).remember('profile', 1, compute);
  await openCache(folder, { version: 1 }).remember('profile', 2, compute);
  await openCache(folder, { version: 1 }).remember('facts', 1, compute);
  await openCache(folder, { version: 2 }).remember('profile', 1, compute);
  await openCache(folder, { version: 1 }).remember('profile', undefined, compute);
  await openCache(folder, { version: 1 }).remember('profile', undefined, compute);
  await noCache.remember('profile', 1, compute);
  expect(calls.count).toBe(7);
  expect(readdirSync(folder)).toHaveLength(4);
});

test.each([
  ['empty', () => Buffer.alloc(0)],
  ['short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
  [
    'with another byte',
    (bytes: Buffer) => Buffer.from(bytes.map((byte, i) => (i === bytes.length - 3 ? byte ^ 1 : byte))),
  ],
  ['text', () => Buffer.from('<<<<<<< HEAD')],
])('an entry that is %s is computed anew and mended', async (_, damage) => {
  const { calls, compute } = counted();
  const cache = openCache(folder, { version: 1 });
  await cache.remember('profile', 1, compute);
  const file = path.join(folder, readdirSync(folder)[0]);
  const whole = readFileSync(file);
  writeFileSync(file, damage(whole));
  expect(await cache.remember('profile', 1, compute)).toEqual(value());
  expect(calls.count).toBe(2);
  expect(readFileSync(file).equals(whole)).toBe(true);
});

test('an error is not kept', async () => {
  const cache = openCache(folder, { version: 1 });
  const failing = () => cache.remember('profile', 1, () => Promise.reject(new Error('no')));
  await expect(failing()).rejects.toThrow('no');
  await expect(failing()).rejects.toThrow('no');
  expect(await cache.remember('profile', 1, async () => 7)).toBe(7);
});

test('the entries that were not used for the longest time go, and what a killed process left', async () => {
  const cache = openCache(folder, { version: 1, limitBytes: 3000 });
  const kilobyte = (key: number) => cache.remember('profile', key, async () => new Uint8Array(900).fill(key));
  const files = new Map<number, string>();
  for (const key of [1, 2, 3]) {
    const before = new Set(existsSync(folder) ? readdirSync(folder) : []);
    await kilobyte(key);
    files.set(key, path.join(folder, readdirSync(folder).find((name) => !before.has(name)) ?? ''));
    const time = new Date(Date.now() - 1e6 + 1000 * key);
    utimesSync(files.get(key) ?? '', time, time);
  }
  const left = path.join(folder, `profile-${'0'.repeat(64)}.bin.00000000.part`);
  writeFileSync(left, 'x');
  utimesSync(left, new Date(0), new Date(0));
  const foreign = path.join(folder, 'README');
  writeFileSync(foreign, 'x'.repeat(5000));
  utimesSync(foreign, new Date(0), new Date(0));
  // A use makes the first one young; the second is then the oldest.
  await kilobyte(1);
  await kilobyte(4);
  const kept = readdirSync(folder);
  expect(kept).toContain(path.basename(files.get(1) ?? ''));
  expect(kept).not.toContain(path.basename(files.get(2) ?? ''));
  expect(kept).toContain(path.basename(files.get(3) ?? ''));
  expect(kept).not.toContain(path.basename(left));
  expect(kept).toContain('README');
  expect(
    kept.filter((name) => name.endsWith('.bin')).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0),
  ).toBeLessThan(3000);
});

test('what is larger than all of the cache is not kept, and neither is a folder needed that cannot be made', async () => {
  const { calls, compute } = counted();
  const small = openCache(folder, { version: 1, limitBytes: 10 });
  await small.remember('profile', 1, compute);
  await small.remember('profile', 1, compute);
  writeFileSync(path.join(root, 'file'), '');
  const blocked = openCache(path.join(root, 'file', 'below'), { version: 1 });
  expect(await blocked.remember('profile', 1, compute)).toEqual(value());
  expect(calls.count).toBe(3);
});

const noProc = existsSync('/proc/self') ? undefined : 'needs /proc';

test('a folder that a file system neither has nor makes is no cache', unless(noProc), async () => {
  const cache = openCache('/proc/nope/deeper', { version: 1 });
  const { calls, compute } = counted();
  expect(await cache.remember('kind', 'key', compute)).toEqual(value());
  expect(await cache.remember('kind', 'key', compute)).toEqual(value());
  expect(calls.count).toBe(2);
});

test('folders above one another are made', async () => {
  const cache = openCache(path.join(folder, 'a/b/c'), { version: 1 });
  const { calls, compute } = counted();
  await cache.remember('kind', 'key', compute);
  await cache.remember('kind', 'key', compute);
  expect(calls.count).toBe(1);
});
