import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { execa } from 'execa';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Coded } from '../../../src/runtime/codecs/codec.js';
import { decodeTensorBytes, encodeTensorBytes } from '../../../src/runtime/codecs/coding.js';
import type { encodeJpegInPage } from '../../../src/runtime/codecs/jpeg/page.js';
import { unless } from '../../skips/unless.js';
import { sampleOf, startServerAt, TOKEN } from '../halves.js';
import { noChromium } from '../needs.js';
import { launch, newPage } from './launch.js';
import { runPage } from './page.js';
import { openSite, type Site } from './site.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const example = path.join(root, 'examples/license-plates');
const PLATES = ['5R667H7', '0UW14ER'];

type Decode = (outputs: { logits: { data: ArrayLike<number>; dims: readonly number[] } }) => string;
const { decode }: { decode: Decode } = await import(pathToFileURL(path.join(example, 'metric.mjs')).href);

declare const runtime: { encodeJpegInPage: typeof encodeJpegInPage };

const wireOf = (shape: number[], encoding: string): Coded => ({
  name: 'image',
  shape,
  bits: 8,
  encoding,
  packedBytes: shape.reduce((a, b) => a * b),
});

/** The encoder of the edge half as it is compiled for browsers. */
async function encoder(): Promise<string> {
  const result = await build({
    entryPoints: [path.join(root, 'src/runtime/codecs/jpeg/page.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'runtime',
  });
  return result.outputFiles[0].text;
}

/** Codes of a picture, channels first. */
async function codesOf(file: string, channels: 1 | 3): Promise<{ codes: Uint8Array; shape: number[] }> {
  const image = sharp(await readFile(file))
    .removeAlpha()
    .toColourspace(channels === 1 ? 'b-w' : 'srgb');
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  const plane = info.width * info.height;
  return {
    codes: Uint8Array.from(
      { length: channels * plane },
      (_, i) => data[(i % plane) * channels + Math.floor(i / plane)],
    ),
    shape: [1, channels, info.height, info.width],
  };
}

/** How far codes are apart: the root of the mean square. */
const apart = (a: Uint8Array, b: Uint8Array): number =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length);

/** The bundle of a page that sends the whole picture. */
async function buildSender(folder: string): Promise<string> {
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  for (const entry of ['model.onnx', 'metric.mjs', 'data'])
    await cp(path.join(example, entry), path.join(folder, entry), { recursive: true });
  const config = parse(await readFile(path.join(example, 'autosplit.config.yaml'), 'utf8'));
  const edge = { preset: 'browser-wasm', target: 'onnxruntime-web' };
  // JSON is YAML.
  await writeFile(path.join(folder, 'autosplit.config.yaml'), JSON.stringify({ ...config, edge, split: 'cloud-only' }));
  await execa(process.execPath, [path.join(root, 'dist/cli.js'), 'build', '--quiet'], { cwd: folder });
  return path.join(folder, 'autosplit');
}

describe('JPEG by the canvas of Chromium', unless(noChromium), () => {
  let browser: Browser;
  let site: Site;
  beforeAll(async () => {
    browser = await launch();
    site = await openSite();
  });
  afterAll(async () => {
    await browser.close();
    await site.close();
  });

  test.each([
    [3, 90],
    [3, 75],
    [1, 90],
  ] as const)('pixels of %i channels at quality %i arrive as near as those of the build', async (channels, quality) => {
    const page = await newPage(browser);
    await page.addScriptTag({ content: await encoder() });
    for (const name of ['0001', '0008', '0015', '0030', '0055']) {
      const { codes, shape } = await codesOf(path.join(example, `data/val/${name}.jpg`), channels);
      const wire = wireOf(shape, `jpeg:${quality}`);
      const written = await page.evaluate(
        async ({ codes, wire }) => Array.from(await runtime.encodeJpegInPage(wire, Uint8Array.from(codes))),
        { codes: [...codes], wire },
      );
      const planned = await encodeTensorBytes(wire, codes);
      const [there, here] = await Promise.all(
        [Uint8Array.from(written), planned].map((bytes) => decodeTensorBytes(wire, bytes)),
      );
      // Of docs/targets.md. Grey pictures are written in colour, all of one shade.
      expect(written.length).toBeLessThanOrEqual(1.03 * planned.length + (channels === 1 ? 200 : 0));
      expect(apart(there, here)).toBeLessThanOrEqual(1);
      expect(apart(there, codes)).toBeLessThanOrEqual(1.1 * apart(here, codes));
    }
    await page.close();
  });

  test('a page sends pictures, and the cloud side reads the plates on them', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'autosplit-jpeg-'));
    const bundle = await buildSender(folder);
    const server = await startServerAt(path.join(bundle, 'cloud/server.mjs'), TOKEN, {
      AUTOSPLIT_ORIGINS: site.origin,
    });
    try {
      await site.serve({ edge: path.join(bundle, 'edge'), cloud: server.address });
      const port = { name: 'image', dtype: 'float32', shape: [1, 3, 64, 192] };
      const samples = await Promise.all([0, 1].map(async (i) => ({ image: await sampleOf(example, port, i) })));
      const { inferences, complaints } = await runPage(browser, {
        origin: site.origin,
        cloud: server.address,
        token: TOKEN,
        samples,
      });
      expect(complaints).toEqual([]);
      for (const [i, { body, headers, outputs }] of inferences.entries()) {
        // Four bytes say how long the file is.
        const posted = Buffer.from(body, 'base64').subarray(Number(headers['inference-header-content-length']) + 4);
        expect([...posted.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
        const codes = Uint8Array.from(samples[i].image, (value) => Math.round(64 * value + 127.5));
        expect(apart(await decodeTensorBytes(wireOf(port.shape, 'jpeg:90'), posted), codes)).toBeLessThan(2);
        const logits = new Float32Array(Uint8Array.from(Buffer.from(outputs.logits, 'base64')).buffer);
        expect(decode({ logits: { data: logits, dims: [1, 35, 24] } })).toBe(PLATES[i]);
      }
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
