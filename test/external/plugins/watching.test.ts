import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PATIENCE } from '../../patience.js';
import { unless } from '../../skips/unless.js';
import { launch } from '../browser/launch.js';
import { executable, noChromium, noRegistry } from '../needs.js';
import { freePort, makeApp, pack, run, temporary } from './app.js';
import { openPage } from './site.js';

const PACKAGES = ['webpack', 'webpack-cli', 'webpack-dev-server', '@rspack/core', '@rspack/cli', '@rspack/dev-server'];
const LIBRARIES = ['rollup', '@rollup/plugin-node-resolve', 'rolldown'];
const ROLLDOWN = `import autosplit from 'autosplit/rolldown';

export default { input: 'src/read.js', platform: 'browser', output: { dir: 'dist-rolldown' }, plugins: [autosplit()] };
`;

let app: string;
let browser: Browser | undefined;
/** The config as it is good. */
let good: string;

const configFile = () => path.join(app, 'autosplit.config.yaml');
const manifest = () => readFile(path.join(app, 'autosplit/plates/split-manifest.json'), 'utf8');

/** Writes the config with another link, or with a mistake at that place. */
const link = (text: string) => writeFile(configFile(), good.replace('uplink: 2 Mbps', text));

/**
 * Runs a command of the project that does not end by itself, while something is done; it is told all that was said so
 * far.
 */
async function during(
  command: string,
  args: readonly string[],
  work: (said: () => string) => Promise<void>,
): Promise<void> {
  // Rolldown says nothing of what it has built where it finds itself in a test.
  const env = { NO_COLOR: '1', NODE_ENV: undefined, TEST: undefined, VITEST: undefined };
  const child = execa(command, args, { cwd: app, preferLocal: true, reject: false, all: true, env });
  let output = '';
  child.all.on('data', (text) => {
    output += text;
  });
  try {
    await work(() => output);
  } finally {
    child.kill();
    await child;
    await writeFile(configFile(), good);
  }
}

describe('a bundler that watches', unless(noRegistry), () => {
  beforeAll(async () => {
    app = await temporary();
    const tarball = await pack(app);
    await makeApp(app, tarball, [...PACKAGES, ...LIBRARIES], {
      'rolldown.config.js': ROLLDOWN,
      'public/index.html': '<!doctype html><title>app</title><script type="module" src="/main.mjs"></script>',
    });
    const config = await readFile(path.join(app, 'webpack.config.js'), 'utf8');
    const forRspack = config.replace('autosplit/webpack', 'autosplit/rspack').replace("'dist'", "'dist-rspack'");
    await writeFile(path.join(app, 'rspack.config.js'), forRspack);
    good = await readFile(configFile(), 'utf8');
    if (executable) browser = await launch();
  });
  // A bundler that finds a stale bundle builds it, and the config would change under that build.
  beforeEach(async () => {
    expect(await run(app, 'autosplit', 'build', '--quiet', '--build', 'plates')).toMatchObject({ exitCode: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(app, { recursive: true, force: true });
  });

  test.each([
    ['webpack', ['--watch'], 'compiled', '1 Mbps'],
    ['rspack', ['build', '--watch'], 'compiled', '1.5 Mbps'],
    ['rollup', ['--config', '--watch'], 'waiting for changes', '3 Mbps'],
    ['rolldown', ['--config', '--watch'], 'Rebuilt', '4 Mbps'],
  ])('%s says what is wrong, goes on, and builds what is stale', (bundler, flags, ready, uplink) =>
    during(bundler, flags, async (said) => {
      await expect.poll(said, { timeout: PATIENCE }).toContain(ready);
      const before = await manifest();
      await link('uplonk: 2 Mbps');
      await expect
        .poll(said, { timeout: PATIENCE })
        .toMatch(/CONFIG_INVALID: unknown key[\s\S]*autosplit\.config\.yaml:13:/);
      expect(await manifest()).toBe(before);
      await link(`uplink: ${uplink}`);
      await expect.poll(manifest, { timeout: PATIENCE }).not.toBe(before);
      await expect
        .poll(async () => (await run(app, 'autosplit', 'check', '--build', 'plates')).exitCode, { timeout: PATIENCE })
        .toBe(0);
    }),
  );

  test.each(['webpack', 'rspack'])(
    'the dev server of %s shows in its overlay what is wrong, until it is mended',
    unless(noChromium),
    async (bundler) => {
      const port = await freePort();
      await during(bundler, ['serve', '--mode', 'development', '--port', String(port)], async (said) => {
        await expect.poll(said, { timeout: PATIENCE }).toContain('compiled');
        if (!browser) throw new Error('there is no browser');
        const { page } = await openPage(browser, `http://localhost:${port}`);
        const before = await manifest();
        await link('uplonk: 2 Mbps');
        const overlay = page.frameLocator(`#${bundler}-dev-server-client-overlay`).locator('body');
        await overlay.filter({ hasText: 'CONFIG_INVALID' }).waitFor({ timeout: PATIENCE });
        const shown = await overlay.innerText();
        for (const part of [
          'unknown key `link.uplonk`',
          'did you mean `uplink`?',
          'autosplit.config.yaml:13:',
          '> 13 | link:',
        ])
          expect(shown).toContain(part);
        const reloaded = page.waitForEvent('load', { timeout: PATIENCE });
        // The page loads anew only if the edge side changes: on a faster link, codes travel deflated and not
        // arithmetically coded.
        await link('uplink: 8 Mbps');
        await reloaded;
        await page.waitForFunction(() => 'read' in globalThis);
        expect(await manifest()).not.toBe(before);
        expect(await page.locator(`#${bundler}-dev-server-client-overlay`).count()).toBe(0);
        await page.close();
      });
    },
  );
});
