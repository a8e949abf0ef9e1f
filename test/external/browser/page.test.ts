import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unless } from '../../skips/unless.js';
import { type Server, sampleOf, startServerAt, TOKEN } from '../halves.js';
import { noChromium } from '../needs.js';
import { launch } from './launch.js';
import { runPage } from './page.js';
import { openSite, type Site } from './site.js';

const example = fileURLToPath(new URL('../../../examples', import.meta.url));
const bundle = path.join(example, 'browser/autosplit');
const edge = path.join(bundle, 'edge');
/** The first, eighth and fifteenth plate of the validation set, as data/val.csv has them. */
const PLATES = ['5R667H7', '0UW14ER', '45AJ9XY'];

/** The text that the logits of one plate read as. */
type Decode = (outputs: { logits: { data: ArrayLike<number>; dims: readonly number[] } }) => string;
const { decode }: { decode: Decode } = await import(
  pathToFileURL(path.join(example, 'license-plates/metric.mjs')).href
);

let browser: Browser;
let site: Site;
let server: Server;
let samples: Record<string, Float32Array>[];

describe('a page with the generated edge side', unless(noChromium), () => {
  beforeAll(async () => {
    browser = await launch();
    site = await openSite();
    server = await startServerAt(path.join(bundle, 'cloud/server.mjs'), TOKEN, { AUTOSPLIT_ORIGINS: site.origin });
    const shape = [1, 3, 64, 192];
    const port = { name: 'image', dtype: 'float32', shape };
    samples = await Promise.all(
      [0, 1, 2].map(async (i) => ({ image: await sampleOf(path.join(example, 'license-plates'), port, i) })),
    );
  });
  afterAll(async () => {
    await browser.close();
    await site.close();
    expect(await server.stop()).toEqual({ exitCode: 0, stderr: '' });
  });

  const run = (options: { token?: string; threads?: number } = {}) =>
    runPage(browser, { origin: site.origin, cloud: server.address, token: TOKEN, samples, ...options });
  const textsOf = ({ inferences }: Awaited<ReturnType<typeof run>>) =>
    inferences.map(({ outputs }) => {
      const { buffer, byteOffset, byteLength } = Buffer.from(outputs.logits, 'base64');
      return decode({
        logits: { data: new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength)), dims: [1, 35, 24] },
      });
    });

  test('reads plates under a strict policy, weights unpacked in a worker, and says how far loading is', async () => {
    await site.serve({ edge, cloud: server.address });
    const found = await run();
    expect(textsOf(found)).toEqual(PLATES);
    expect(found.complaints).toEqual([]);
    expect(found.workers).toEqual([`${site.origin}/edge/unpack-worker.mjs`]);
    for (const { timings } of found.inferences) {
      expect(Object.keys(timings)).toEqual(['edge', 'encode', 'transfer', 'cloud', 'decode', 'total']);
      expect(Math.min(...Object.values(timings))).toBeGreaterThanOrEqual(0);
      expect(timings.cloud).toBeGreaterThan(0);
    }

    const stages = found.progress.map(({ stage }) => stage);
    expect([...new Set(stages)]).toEqual(['download', 'unpack', 'start']);
    expect(stages).toEqual(
      [...stages].sort(
        (a, b) => ['download', 'unpack', 'start'].indexOf(a) - ['download', 'unpack', 'start'].indexOf(b),
      ),
    );
    const downloads = found.progress.filter(({ stage }) => stage === 'download');
    expect(downloads[0].loaded).toBe(0);
    expect(downloads.length).toBeGreaterThan(2);
    for (const [i, { loaded, total }] of downloads.entries()) {
      expect(total).toBe(downloads[0].total);
      if (i > 0) expect(loaded).toBeGreaterThan(downloads[i - 1].loaded);
    }
    expect(downloads.at(-1)?.loaded).toBe(downloads[0].total);
    expect(found.progress.at(-1)).toEqual({ stage: 'start', loaded: 1, total: 1 });
  });

  test('threads, where the page is isolated, send the same bytes', async () => {
    await site.serve({ edge, cloud: server.address });
    const alone = await run();
    const forbidden = await run({ threads: 2 });
    await site.serve({ edge, cloud: server.address, isIsolated: true });
    const together = await run({ threads: 2 });
    expect([alone.isIsolated, forbidden.isIsolated, together.isIsolated]).toEqual([false, false, true]);
    const threads = ({ workers }: typeof alone) =>
      workers.filter((url) => url.includes('/ort/ort-wasm-simd-threaded.mjs')).length;
    expect([threads(alone), threads(forbidden)]).toEqual([0, 0]);
    expect(threads(together)).toBeGreaterThan(0);
    expect(together.complaints).toEqual([]);
    expect(together.inferences.map(({ body }) => body)).toEqual(alone.inferences.map(({ body }) => body));
    expect(forbidden.inferences.map(({ body }) => body)).toEqual(alone.inferences.map(({ body }) => body));
  });

  test('without workers, weights are unpacked in place', async () => {
    await site.serve({ edge, cloud: server.address, workers: "'none'" });
    const found = await run();
    expect(textsOf(found)).toEqual(PLATES);
    expect(found.workers).toEqual([]);
    expect(found.complaints.join()).toContain('worker-src');
  });

  test('what is wrong is said as in Node.js', async () => {
    await site.serve({ edge, cloud: server.address });
    await expect(run({ token: 'guess' })).rejects.toThrow(/UNAUTHORIZED: .*does not accept the token/);
    const stranger = await openSite();
    await stranger.serve({ edge, cloud: server.address });
    await expect(
      runPage(browser, { origin: stranger.origin, cloud: server.address, token: TOKEN, samples }),
    ).rejects.toThrow(/UNREACHABLE: .*AUTOSPLIT_ORIGINS/);
    await stranger.close();
  });
});
