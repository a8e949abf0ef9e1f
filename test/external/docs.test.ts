import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blocks } from '../docs/blocks.js';
import { PATIENCE } from '../patience.js';
import { unless } from '../skips/unless.js';
import { launch, newPage } from './browser/launch.js';
import { type Server, sampleOf, startServerAt, TOKEN } from './halves.js';
import { noChromium, noRegistry } from './needs.js';
import { pack, run, temporary } from './plugins/app.js';
import { openFolderSite } from './plugins/site.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Every line of the pages that asks a registry, once, `ci` last: it wants what the others have locked. */
const lines = new Set(
  blocks
    .flatMap(({ text }) => [...text.matchAll(/^(?:\s*- run: )?(npm (?:install|ci)\b[^#&\n]*)/gm)])
    .map(([, line]) => line.trim())
    .sort((a, b) => Number(a === 'npm ci') - Number(b === 'npm ci')),
);

describe('lines of the docs that install packages', unless(noRegistry), () => {
  let folder: string;
  beforeAll(async () => {
    folder = await temporary();
    const example = path.join(root, 'examples/license-plates');
    for (const name of ['autosplit', 'autosplit.config.yaml', 'model.onnx', 'metric.mjs', 'data'])
      await cp(path.join(example, name), path.join(folder, name), { recursive: true });
    await writeFile(
      path.join(folder, 'package.json'),
      JSON.stringify({ name: 'plates', private: true, type: 'module' }),
    );
    await writeFile(path.join(folder, '.npmrc'), 'onnxruntime-node-install=skip\n');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('are those that are known', () => {
    expect([...lines].at(-1)).toBe('npm ci');
    expect(lines.size).toBeGreaterThan(4);
  });

  test.each([...lines])('%s', async (line) => {
    const tarball = await pack(folder);
    const [program, ...args] = line.replace(/ autosplit$/, ` ${tarball}`).split(' ');
    expect(await run(folder, program, ...args, '--no-audit', '--no-fund', '--prefer-offline')).toMatchObject({
      exitCode: 0,
    });
  });

  test('leave a project that works', async () => {
    expect(await run(folder, 'npx', 'autosplit', 'check')).toMatchObject({ exitCode: 0 });
    const server = await startServerAt(path.join(folder, 'autosplit/cloud/server.mjs'), TOKEN, {});
    const script = `import { createEdge } from './autosplit/edge/edge.mjs';
const edge = await createEdge({ cloud: '${server.address}', token: '${TOKEN}' });
console.log((await edge.infer({ image: new Float32Array(3 * 64 * 192) })).outputs.logits.length);
await edge.close();`;
    expect(await run(folder, 'node', '--input-type=module', '--eval', script)).toEqual({ exitCode: 0, output: '840' });
    await server.stop();
  });
});

describe('the page of docs/targets.md', unless(noChromium), () => {
  const page = blocks.find(
    ({ place, language, text }) =>
      place.startsWith('docs/targets.md') && language === 'js' && text.includes('onProgress'),
  );
  let folder: string;
  let browser: Browser;
  let server: Server;
  beforeAll(async () => {
    folder = await temporary();
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('is built by Vite without any plugin, and runs under the policy that the page states', async () => {
    const site = await openFolderSite();
    const bundle = path.join(root, 'examples/browser/autosplit');
    server = await startServerAt(path.join(bundle, 'cloud/server.mjs'), '', { AUTOSPLIT_ORIGINS: site.origin });
    await mkdir(path.join(folder, 'src'));
    await cp(bundle, path.join(folder, 'src/autosplit'), { recursive: true });
    await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
    const code = page?.text.replace('https://cloud.example', server.address) ?? '';
    const image = 'const image = Float32Array.from(globalThis.picture);\n';
    await writeFile(
      path.join(folder, 'src/main.js'),
      `${image}${code}globalThis.logits = Array.from(outputs.logits);\n`,
    );
    await writeFile(
      path.join(folder, 'index.html'),
      '<!doctype html><title>app</title><script type="module" src="/src/main.js"></script>\n',
    );
    expect(await run(folder, 'vite', 'build', '--assetsInlineLimit', '0', '--logLevel', 'error')).toEqual({
      exitCode: 0,
      output: '',
    });

    site.serve(path.join(folder, 'dist'), server.address);
    const picture = await sampleOf(
      path.join(root, 'examples/license-plates'),
      { name: 'image', dtype: 'float32', shape: [1, 3, 64, 192] },
      0,
    );
    const opened = await newPage(browser);
    const said: string[] = [];
    opened.on('console', (message) => said.push(message.text()));
    await opened.addInitScript((values) => Object.assign(globalThis, { picture: values }), [...picture]);
    await opened.goto(site.origin);
    await opened
      .waitForFunction(() => 'logits' in globalThis, undefined, { timeout: PATIENCE })
      .catch((error: Error) => {
        throw new Error(`${error.message}\n${said.join('\n')}`);
      });
    const logits = await opened.evaluate(() => (globalThis as unknown as { logits: number[] }).logits);
    expect(logits).toHaveLength(35 * 24);
    expect(said).toContain('start 1');
    const { decode } = await import(path.join(root, 'examples/license-plates/metric.mjs'));
    const [, label] =
      /^0001\.jpg,(.+)$/m.exec(await readFile(path.join(root, 'examples/license-plates/data/val.csv'), 'utf8')) ?? [];
    expect(decode({ logits: { data: logits, dims: [1, 35, 24] } })).toBe(label);
    await site.close();
  });
});
