import { spawn } from 'node:child_process';
import { appendFile, cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PATIENCE } from '../../patience.js';
import { unless } from '../../skips/unless.js';
import { launch } from '../browser/launch.js';
import { type Server, sampleOf, startServerAt, TOKEN } from '../halves.js';
import { noChromium, noRegistry } from '../needs.js';
import { freePort, makeApp, pack, run, temporary } from './app.js';
import { type FolderSite, openFolderSite, openPage, readIn } from './site.js';

const example = fileURLToPath(new URL('../../../examples/license-plates', import.meta.url));
/** The first and the eighth plate of the validation set, as data/val.csv has them. */
const PLATES = ['5R667H7', '0UW14ER'];

type Decode = (outputs: { logits: { data: ArrayLike<number>; dims: readonly number[] } }) => string;
const { decode }: { decode: Decode } = await import(pathToFileURL(path.join(example, 'metric.mjs')).href);
const textOf = (logits: ArrayLike<number>) => decode({ logits: { data: logits, dims: [1, 35, 24] } });

const TYPED = `import { createEdge, type Edge } from 'autosplit:plates';

export async function read(image: Float32Array): Promise<Float32Array> {
  const edge: Edge = await createEdge({ cloud: 'http://127.0.0.1:8080', onProgress: ({ loaded }) => console.log(loaded.toFixed()) });
  // @ts-expect-error the input is called image
  await edge.infer({ picture: image });
  return (await edge.infer({ image })).outputs.logits;
}
`;
const TSCONFIG = {
  target: 'ES2022',
  module: 'ESNext',
  moduleResolution: 'bundler',
  strict: true,
  noEmit: true,
  lib: ['ES2022', 'DOM'],
};
const PAGE =
  '<!doctype html><title>app</title><link rel="icon" href="/icon.svg"><script type="module" src="SCRIPT"></script>\n';
const PAGE_OF_LIBRARY = "import { read } from './read.js';\n\nglobalThis.read = read;\n";
const LIBRARY = `import autosplit from 'autosplit/vite';

const lib = { entry: 'src/read.js', formats: ['es'], fileName: 'read' };
export default { build: { lib, outDir: 'site/lib' }, plugins: [autosplit()] };
`;
const pageWith = (script: string) => PAGE.replace('SCRIPT', script);

let folder: string;
let tarball: string;
/** The project with Vite, where the bundles are built. */
let vite: string;
let browser: Browser;
let site: FolderSite;
let devPort: number;
let server: Server;
let samples: Float32Array[];

/** A project with the bundles that were built in the first one. */
async function appWith(
  name: string,
  packages: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const app = await makeApp(path.join(folder, name), tarball, packages, files);
  await cp(path.join(vite, 'autosplit'), path.join(app, 'autosplit'), { recursive: true });
  return app;
}

/** What a page reads under a strict policy of what a bundler has written. */
async function readPlates(dist: string): Promise<string[]> {
  site.serve(dist, server.address);
  const { page, complaints } = await openPage(browser, site.origin);
  const logits = await readIn(page, samples, server.address, TOKEN);
  await page.close();
  expect(complaints.filter((text) => !text.includes('icon.svg') && !text.includes('404'))).toEqual([]);
  return logits.map(textOf);
}

/** Whether a folder has files of such names: with a hash in them. */
const namesIn = async (dist: string) => (await readdir(dist, { recursive: true })).map((name) => path.basename(name));

describe('a project from scratch', unless(noRegistry ?? noChromium), () => {
  beforeAll(async () => {
    folder = await temporary();
    [tarball, browser, site, devPort] = await Promise.all([pack(folder), launch(), openFolderSite(), freePort()]);
    vite = await makeApp(path.join(folder, 'vite'), tarball, ['vite', 'typescript'], {
      'index.html': pageWith('/src/main.js'),
      'src/typed.ts': TYPED,
      'tsconfig.json': JSON.stringify({ compilerOptions: TSCONFIG, include: ['src'] }),
    });
    const port = { name: 'image', dtype: 'float32', shape: [1, 3, 64, 192] };
    samples = await Promise.all([0, 1].map((i) => sampleOf(example, port, i)));
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('Vite refuses to build without a bundle; with one, the page reads plates, and TypeScript knows the module', async () => {
    const missing = await run(vite, 'vite', 'build');
    expect(missing.exitCode).toBe(1);
    expect(missing.output).toContain(`BUNDLE_MISSING: there is no bundle at ${path.join(vite, 'autosplit/plates')}`);
    expect(missing.output).toContain('hint: run `npx autosplit build`');

    expect(await run(vite, 'autosplit', 'build', '--quiet')).toMatchObject({ exitCode: 0 });
    const origins = `${site.origin},http://localhost:${devPort}`;
    server = await startServerAt(path.join(vite, 'autosplit/plates/cloud/server.mjs'), TOKEN, {
      AUTOSPLIT_ORIGINS: origins,
    });
    expect(await run(vite, 'vite', 'build')).toMatchObject({ exitCode: 0 });
    const names = await namesIn(path.join(vite, 'dist'));
    for (const name of [/^plates-[\w-]{8}\.onnx$/, /^plates-weights-[\w-]{8}\.bin$/, /^unpack-weights-[\w-]{8}\.js$/])
      expect(names).toContainEqual(expect.stringMatching(name));
    expect(names.filter((name) => /^ort-wasm-simd-threaded-[\w-]{8}\.wasm$/.test(name))).toHaveLength(1);
    expect(await readPlates(path.join(vite, 'dist'))).toEqual(PLATES);
    expect(await run(vite, 'tsc')).toEqual({ exitCode: 0, output: '' });
  });

  test('esbuild: a page, and a script for Node.js', async () => {
    const app = await appWith('esbuild', ['esbuild'], { 'index.html': pageWith('main.js') });
    expect(await run(app, 'node', 'build.mjs')).toMatchObject({ exitCode: 0 });
    await cp(path.join(app, 'index.html'), path.join(app, 'dist/index.html'));
    expect(await namesIn(path.join(app, 'dist'))).toContainEqual(expect.stringMatching(/^model-\w{8}\.onnx$/));
    expect(await readPlates(path.join(app, 'dist'))).toEqual(PLATES);

    expect(await run(app, 'node', 'build-camera.mjs')).toMatchObject({ exitCode: 0 });
    const script = path.join(app, 'autosplit/camera/cloud/server.mjs');
    const cloud = await startServerAt(script, TOKEN, {});
    const { createEdge } = await import(pathToFileURL(path.join(app, 'dist-camera/camera.js')).href);
    const edge = await createEdge({ cloud: cloud.address, token: TOKEN });
    for (const [i, image] of samples.entries())
      expect(textOf((await edge.infer({ image })).outputs.logits)).toBe(PLATES[i]);
    await edge.close();
    await cloud.stop();

    const code = (await readFile(path.join(app, 'build.mjs'), 'utf8')).replace("  format: 'esm',\n", '');
    await writeFile(path.join(app, 'build-iife.mjs'), code);
    const refused = await run(app, 'node', 'build-iife.mjs');
    expect(refused.exitCode).toBe(1);
    expect(refused.output).toContain("set `format: 'esm'`");
  });

  test('webpack and Rspack', async () => {
    const packages = ['webpack', 'webpack-cli', '@rspack/core', '@rspack/cli'];
    const app = await appWith('webpack', packages, { 'index.html': pageWith('main.mjs') });
    const config = await readFile(path.join(app, 'webpack.config.js'), 'utf8');
    const forRspack = config.replace('autosplit/webpack', 'autosplit/rspack').replace("'dist'", "'dist-rspack'");
    await writeFile(path.join(app, 'rspack.config.js'), forRspack);
    expect(await run(app, 'rspack', 'build')).toMatchObject({ exitCode: 0 });
    await cp(path.join(app, 'index.html'), path.join(app, 'dist-rspack/index.html'));
    expect(await readPlates(path.join(app, 'dist-rspack'))).toEqual(PLATES);

    expect(await run(app, 'webpack')).toMatchObject({ exitCode: 0 });
    await cp(path.join(app, 'index.html'), path.join(app, 'dist/index.html'));
    expect(await namesIn(path.join(app, 'dist'))).toContainEqual(expect.stringMatching(/^\w{20}\.onnx$/));
    expect(await readPlates(path.join(app, 'dist'))).toEqual(PLATES);

    await appendFile(path.join(app, 'metric.mjs'), '\n');
    const stale = await run(app, 'webpack');
    expect(stale.exitCode).toBe(1);
    expect(stale.output).toContain(
      'BUNDLE_STALE: the bundle autosplit/plates is stale: validation: metric.mjs has changed',
    );
  });

  test('a library by Rollup, by Rolldown, and a page by Vite 7', async () => {
    const app = await appWith('rollup', ['rollup', '@rollup/plugin-node-resolve', 'rolldown', 'vite@7'], {
      'index.html': pageWith('page.js'),
      'rolldown.config.js': `import autosplit from 'autosplit/rolldown';

export default { input: 'src/read.js', platform: 'browser', output: { dir: 'dist-rolldown' }, plugins: [autosplit()] };
`,
      'page.js': PAGE_OF_LIBRARY,
      'library.config.js': LIBRARY,
    });
    for (const [dist, bundler] of [
      ['dist', 'rollup'],
      ['dist-rolldown', 'rolldown'],
    ]) {
      expect(await run(app, bundler, '--config')).toMatchObject({ exitCode: 0 });
      for (const name of ['index.html', 'page.js']) await cp(path.join(app, name), path.join(app, dist, name));
      expect(await namesIn(path.join(app, dist))).toContainEqual(expect.stringMatching(/^plates-[\w-]{8}\.onnx$/));
      expect(await readPlates(path.join(app, dist))).toEqual(PLATES);
    }
    // A library knows nothing of the folder that it will be served from.
    expect(await run(app, 'vite', 'build', '--config', 'library.config.js')).toMatchObject({ exitCode: 0 });
    await writeFile(path.join(app, 'site/index.html'), pageWith('page.js'));
    await writeFile(path.join(app, 'site/page.js'), PAGE_OF_LIBRARY.replace('./read.js', './lib/read.js'));
    expect(await readPlates(path.join(app, 'site'))).toEqual(PLATES);
    await writeFile(path.join(app, 'index.html'), pageWith('/src/main.js'));
    expect(await run(app, 'vite', 'build', '--outDir', 'dist-vite')).toMatchObject({ exitCode: 0 });
    expect(await readPlates(path.join(app, 'dist-vite'))).toEqual(PLATES);
  });

  test.each([
    ['data/val.csv', 'validation: data/val.csv has changed'],
    ['model.onnx', 'model: model.onnx has changed'],
    ['autosplit/plates/edge/weights.bin', 'bundle: edge/weights.bin has changed'],
  ])('a production build refuses a bundle that is stale by %s', async (name, change) => {
    const file = path.join(vite, name);
    const before = await readFile(file);
    await appendFile(file, '\n');
    const { exitCode, output } = await run(vite, 'vite', 'build');
    await writeFile(file, before);
    expect(exitCode).toBe(1);
    expect(output).toContain(`BUNDLE_STALE: the bundle autosplit/plates is stale: ${change}`);
  });

  test('in development the overlay shows what is wrong with the config, and an edit of it builds anew', async () => {
    const config = path.join(vite, 'autosplit.config.yaml');
    const manifest = path.join(vite, 'autosplit/plates/split-manifest.json');
    const dev = spawn(process.execPath, ['node_modules/vite/bin/vite.js', '--port', String(devPort), '--strictPort'], {
      cwd: vite,
      // A CI is taken for a terminal with colours.
      env: { ...process.env, NO_COLOR: '1' },
    });
    const ready = new Promise<void>((resolve, reject) => {
      createInterface({ input: dev.stdout }).on('line', (line) => line.includes('Local:') && resolve());
      dev.once('exit', (code) => reject(new Error(`Vite has ended with ${code} before it was ready`)));
    });
    try {
      await ready;
      const { page } = await openPage(browser, `http://localhost:${devPort}`);
      expect((await readIn(page, samples, server.address, TOKEN)).map(textOf)).toEqual(PLATES);

      const before = await readFile(manifest, 'utf8');
      const text = await readFile(config, 'utf8');
      await writeFile(config, text.replace('uplink: 2 Mbps', 'uplonk: 1 Mbps'));
      const overlay = page.locator('vite-error-overlay .window');
      await overlay.waitFor({ timeout: PATIENCE });
      const line = text.split('\n').findIndex((one) => one.includes('uplink')) + 1;
      const shown = await overlay.innerText();
      expect(shown).toContain('CONFIG_INVALID');
      expect(shown).toContain(`autosplit.config.yaml:${line}`);
      expect(shown).toContain('uplonk: 1 Mbps');
      expect(await readFile(manifest, 'utf8')).toBe(before);

      const reloaded = page.waitForEvent('load', { timeout: PATIENCE });
      await writeFile(config, text.replace('uplink: 2 Mbps', 'uplink: 300 kbps'));
      await reloaded;
      expect(await readFile(manifest, 'utf8')).not.toBe(before);
      expect(await run(vite, 'autosplit', 'check', '--build', 'plates')).toMatchObject({ exitCode: 0 });
      await page.waitForFunction(() => 'read' in globalThis);
      expect(await page.locator('vite-error-overlay').count()).toBe(0);
      await page.close();
    } finally {
      dev.kill();
      await new Promise((resolve) => dev.once('exit', resolve));
    }
  });
});
