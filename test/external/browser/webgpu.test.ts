import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unless } from '../../skips/unless.js';
import { type Server, sampleOf, startServerAt, TOKEN } from '../halves.js';
import { executable, noChromium } from '../needs.js';
import { launch, newPage } from './launch.js';
import { runPage } from './page.js';
import { openSite, type Site } from './site.js';

const example = fileURLToPath(new URL('../../../examples', import.meta.url));
const bundle = path.join(example, 'browser/autosplit');
/** Where there is no graphics card, Chromium computes WebGPU in software. */
const ARGS = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
const adapter = executable ? await adapterOf() : undefined;
const noAdapter = noChromium ?? (adapter === undefined ? 'the browser has no adapter for WebGPU' : undefined);

/** What Chromium would compute on. Pages that are not from a secure place are not told. */
async function adapterOf(): Promise<string | undefined> {
  const browser = await launch(...ARGS);
  const site = await openSite();
  try {
    await site.serve({ edge: path.join(bundle, 'edge'), cloud: '' });
    const page = await newPage(browser);
    await page.goto(site.origin);
    return await page.evaluate(async () => {
      type Gpu = { requestAdapter(): Promise<{ info: { vendor: string; architecture: string } } | null> };
      const found = await (globalThis as { navigator?: { gpu?: Gpu } }).navigator?.gpu?.requestAdapter();
      return found ? `${found.info.vendor} ${found.info.architecture}` : undefined;
    });
  } finally {
    await browser.close();
    await site.close();
  }
}

const PLATES = ['5R667H7', '0UW14ER', '45AJ9XY'];

type Decode = (outputs: { logits: { data: ArrayLike<number>; dims: readonly number[] } }) => string;
const { decode }: { decode: Decode } = await import(
  pathToFileURL(path.join(example, 'license-plates/metric.mjs')).href
);

describe(`a page on WebGPU (${adapter})`, unless(noAdapter), () => {
  let browser: Browser;
  let site: Site;
  let server: Server;
  beforeAll(async () => {
    browser = await launch(...ARGS);
    site = await openSite();
    server = await startServerAt(path.join(bundle, 'cloud/server.mjs'), TOKEN, { AUTOSPLIT_ORIGINS: site.origin });
    await site.serve({ edge: path.join(bundle, 'edge'), cloud: server.address });
  });
  afterAll(async () => {
    await browser.close();
    await site.close();
    await server.stop();
  });

  test('reads plates', async () => {
    const port = { name: 'image', dtype: 'float32', shape: [1, 3, 64, 192] };
    const samples = await Promise.all(
      [0, 1, 2].map(async (i) => ({ image: await sampleOf(path.join(example, 'license-plates'), port, i) })),
    );
    const options = { origin: site.origin, cloud: server.address, token: TOKEN, samples };
    const onGpu = await runPage(browser, { ...options, executionProviders: ['webgpu', 'wasm'] });
    const onWasm = await runPage(browser, options);
    expect([onGpu.submissions > 0, onWasm.submissions]).toEqual([true, 0]);
    const texts = onGpu.inferences.map(({ outputs }) => {
      const bytes = Uint8Array.from(Buffer.from(outputs.logits, 'base64'));
      return decode({ logits: { data: new Float32Array(bytes.buffer), dims: [1, 35, 24] } });
    });
    expect(texts).toEqual(PLATES);
    expect(onGpu.complaints).toEqual([]);
    // Other kernels owe nobody the same codes.
    const same = onGpu.inferences.filter(({ body }, i) => body === onWasm.inferences[i].body).length;
    console.log(`WebGPU (${adapter}): ${same} of ${samples.length} samples send the bytes of WebAssembly`);
  });
});
