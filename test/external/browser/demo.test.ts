import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unless } from '../../skips/unless.js';
import { executable, noChromium } from '../needs.js';
import { newPage } from './launch.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const plates = path.join(root, 'examples/license-plates/data/val');
/** Not committed: to be looked at. */
const screenshots = path.join(root, '.cache/screenshots');
const axe = createRequire(import.meta.url).resolve('axe-core');

const LOOKS: Record<string, BrowserContextOptions> = {
  desktop: { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  phone: {
    viewport: { width: 360, height: 740 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    colorScheme: 'light',
  },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  'phone-dark': {
    viewport: { width: 360, height: 740 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    colorScheme: 'dark',
  },
};

let folder: string;
let server: ChildProcess;
let address: string;
let browser: Browser;
let labels: Map<string, string>;

describe('the demo page', unless(noChromium), () => {
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'autosplit-demo-'));
    await mkdir(screenshots, { recursive: true });
    await execa(process.execPath, [path.join(root, 'examples/browser/build.mjs'), path.join(folder, 'dist')]);
    const script = path.join(root, 'examples/browser/server.mjs');
    server = spawn(process.execPath, [script, '--port', '0', '--folder', path.join(folder, 'dist')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    address = await new Promise<string>((resolve, reject) => {
      server.on('exit', () => reject(new Error('the server of the page ended')));
      if (server.stdout)
        createInterface({ input: server.stdout }).on(
          'line',
          (line) => line.startsWith('page on ') && resolve(line.slice(8)),
        );
    });
    const camera = path.join(folder, 'camera.mjpeg');
    await writeFile(camera, await cameraFilm('0030.jpg'));
    const fakes = [
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-video-capture=${camera}`,
    ];
    browser = await chromium.launch({ executablePath: executable, args: ['--no-sandbox', ...fakes] });
    const rows = (await readFile(path.join(plates, '../val.csv'), 'utf8')).trim().split('\n').slice(1);
    labels = new Map(rows.map((row) => row.split(',') as [string, string]));
  });
  afterAll(async () => {
    await browser?.close();
    server?.kill('SIGTERM');
    await rm(folder, { recursive: true });
  });

  const open = async (look: BrowserContextOptions, complaints: string[]): Promise<Page> => {
    const page = await newPage(browser, look);
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(address);
    await page.getByText('Ready.').waitFor();
    return page;
  };
  const reads = (page: Page, file: string) =>
    page
      .getByRole('status')
      .filter({ hasText: `Reads ${labels.get(file)}` })
      .waitFor();

  test('reads samples, a file that is picked, and the camera; times and bytes are shown', async () => {
    const complaints: string[] = [];
    const page = await open(LOOKS.desktop, complaints);
    for (const button of await page.locator('#samples button').all()) {
      await button.click();
      await reads(page, path.basename((await button.locator('img').getAttribute('src')) ?? ''));
      expect(await button.getAttribute('aria-pressed')).toBe('true');
    }
    await page.locator('#file').setInputFiles(path.join(plates, '0001.jpg'));
    await reads(page, '0001.jpg');
    for (const id of ['edge', 'link', 'cloud', 'total'])
      expect(await page.locator(`#${id}`).textContent()).toMatch(/^\d+(\.\d+)? ms$/);
    const bytes = async (id: string) => {
      const [, count, unit] = /^([\d.]+) (k?B)$/.exec((await page.locator(`#${id}`).textContent()) ?? '') ?? [];
      return Number(count) * (unit === 'kB' ? 1000 : 1);
    };
    expect(await bytes('sent')).toBeLessThan(await bytes('jpeg'));
    expect(await bytes('jpeg')).toBeLessThan(await bytes('raw'));

    await page.locator('#file').setInputFiles(path.join(plates, '../val.csv'));
    await page.getByText('val.csv is no picture').waitFor();

    await page.getByRole('button', { name: 'Use the camera' }).click();
    await reads(page, '0030.jpg');
    await page.screenshot({ path: path.join(screenshots, 'demo-camera.png'), fullPage: true });
    await page.getByRole('button', { name: 'Use the camera' }).click();
    expect(await page.locator('#viewfinder').isVisible()).toBe(false);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test.each(Object.keys(LOOKS))('looks right: %s', async (name) => {
    const complaints: string[] = [];
    const page = await open(LOOKS[name], complaints);
    await page.locator('#samples button').nth(1).click();
    await reads(page, '0017.jpg');
    await page.waitForTimeout(400);
    await page.screenshot({ path: path.join(screenshots, `demo-${name}.png`), fullPage: true });
    // Nothing is wider than the page, and no text is cut.
    const [page_, window_] = await page.evaluate(() => {
      const { document, innerWidth } = globalThis as unknown as {
        document: { documentElement: { scrollWidth: number } };
        innerWidth: number;
      };
      return [document.documentElement.scrollWidth, innerWidth];
    });
    expect(page_).toBeLessThanOrEqual(window_);
    await page.evaluate(await readFile(axe, 'utf8'));
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
      };
      return (await axe.run()).violations.map(
        ({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join(' ')}`,
      );
    });
    expect(violations).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

/** A film in which a camera looks at a plate that just fills the guide. */
async function cameraFilm(file: string): Promise<Uint8Array> {
  const plate = await sharp(path.join(plates, file)).resize(512, 171, { fit: 'fill' }).toBuffer();
  const frame = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#606468' } })
    .composite([{ input: plate, left: 64, top: 155 }])
    .jpeg({ quality: 92 })
    .toBuffer();
  return Buffer.concat(Array.from({ length: 10 }, () => frame));
}
