import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build } from '../../networks/cli.js';
import { NETWORKS, writeProject } from '../../networks/networks.js';
import { noShared } from '../../shared.js';
import { unless } from '../../skips/unless.js';
import { noChromium } from '../needs.js';
import { launch, newPage } from './launch.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const example = path.join(root, 'examples/license-plates/autosplit/report.html');
/** To be looked at; nothing compares them. */
const screenshots = path.join(root, '.cache/screenshots/report');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const VIEWS: Record<string, BrowserContextOptions> = {
  desktop: { viewport: { width: 1280, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
};

let browser: Browser;

/** Opens a report as a file; whatever it asks the network for, or complains about, is noted. */
async function open(
  file: string,
  view: BrowserContextOptions = VIEWS.desktop,
): Promise<{ page: Page; noted: string[] }> {
  const page = await newPage(browser, view);
  const noted: string[] = [];
  const url = pathToFileURL(file).href;
  page.on('request', (request) => {
    if (request.url() !== url) noted.push(`request ${request.url()}`);
  });
  page.on('console', (message) => noted.push(message.text()));
  page.on('pageerror', (error) => noted.push(error.message));
  await page.goto(url);
  return { page, noted };
}

/** Runs in the page; see there. */
const { flaws }: { flaws: () => string[] } = await import(new URL('flaws.mjs', import.meta.url).href);

/** Serious problems that axe finds, in a page whose policy lets it in. */
async function problems(file: string, view: BrowserContextOptions): Promise<string[]> {
  const { page } = await open(file, { ...view, bypassCSP: true });
  for (const fold of await page.locator('summary').all()) await fold.click();
  await page.addScriptTag({ content: axe });
  const found = await page.evaluate<{ impact: string; id: string; nodes: { html: string }[] }[]>(
    'axe.run().then(({ violations }) => violations)',
  );
  await page.context().close();
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ; ')}`);
}

describe('report.html in a browser', unless(noChromium), () => {
  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true });
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
  });

  test.each(Object.keys(VIEWS))(
    'asks for nothing, nothing overlaps, and axe has no serious complaint: %s',
    async (view) => {
      const { page, noted } = await open(example, VIEWS[view]);
      expect(noted).toEqual([]);
      expect(await page.evaluate(flaws)).toEqual([]);
      for (const fold of await page.locator('summary').all()) await fold.click();
      await page.screenshot({ path: path.join(screenshots, `${view}.png`), fullPage: true });
      await page.context().close();
      expect(await problems(example, VIEWS[view])).toEqual([]);
    },
  );

  test('prints with all that is folded, and without what is for the screen', async () => {
    const { page } = await open(example);
    await page.pdf({ path: path.join(screenshots, 'print.pdf'), format: 'A4', printBackground: true });
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('nav').isVisible()).toBe(false);
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.locator('details:not([open])').count()).toBe(0);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await page.locator('details[open]').count()).toBe(0);
    await page.context().close();
  });

  test('says under the pointer what a bar and a box are', async () => {
    const { page } = await open(example);
    const tip = page.locator('#tip');
    expect(await tip.isVisible()).toBe(false);
    await page.locator('#latency .wide .transfer rect').first().hover();
    expect(await tip.textContent()).toMatch(/^all in the cloud\n.* = edge .* \+ link .* \+ cloud /);
    await page.locator('#network .node.edge').first().hover();
    expect(await tip.textContent()).toContain('on the edge: weights at');
    await page.locator('h1').hover();
    expect(await tip.isVisible()).toBe(false);
    await page.context().close();
  });

  test('shows the plan of a point that is clicked or reached by arrow keys', async () => {
    const { page } = await open(example);
    const shown = page.locator('[data-details]:not([hidden]) h3');
    expect(await shown.textContent()).toMatch(/^this plan/);
    const points = page.locator('#front .wide [data-pick]');
    await points.nth(2).click({ force: true });
    const picked = await page.locator('#front .wide [aria-pressed="true"]').getAttribute('data-pick');
    expect(await page.locator('[data-details]:not([hidden])').getAttribute('data-details')).toBe(picked);
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('#front .wide [aria-pressed="true"]').getAttribute('data-pick')).not.toBe(picked);
    expect(await page.locator('[data-details]:not([hidden])').count()).toBe(1);
    expect(await page.locator('#front .wide [tabindex="0"]').count()).toBe(1);
    await page.context().close();
  });

  test('sorts a table by a column, by number or text, up, down and back', async () => {
    const { page } = await open(example);
    const column = (index: number) =>
      page
        .locator(`#layers tbody tr > :nth-child(${index + 1})`)
        .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-by') ?? cell.textContent ?? ''));
    const original = await column(0);
    const macs = page.getByRole('button', { name: /^MACs/ });
    await macs.click();
    const up = (await column(6)).map(Number);
    expect(up).toEqual([...up].sort((a, b) => a - b));
    expect(await page.locator('#layers th[aria-sort="ascending"]').count()).toBe(1);
    await macs.focus();
    await page.keyboard.press('Enter');
    const down = (await column(6)).map(Number);
    expect(down).toEqual([...up].reverse());
    await macs.click();
    expect(await column(0)).toEqual(original);
    await page.getByRole('button', { name: 'Weight bits' }).click();
    const bits = await column(4);
    expect(bits.slice(bits.indexOf('')).every((each) => each === '')).toBe(true);
    await page.context().close();
  });

  test(
    'that of MobileNetV2 is under a megabyte, and nothing overlaps; how fast it opens is printed',
    unless(noShared),
    async () => {
      const network = NETWORKS.mobilenetv2;
      const folder = await writeProject(network, {
        calibration: { ...network.calibration, samples: 4 },
        validation: undefined,
        edge: { preset: 'eyeriss', memory: '1.7 MB' },
        network: { preset: '3g', uplink: '1 Mbps' },
        input: { encoding: 'jpeg:90' },
      });
      await build(folder);
      const file = path.join(folder, 'autosplit/report.html');
      expect(statSync(file).size).toBeLessThan(1e6);
      for (const view of Object.keys(VIEWS)) {
        const { page, noted } = await open(file, VIEWS[view]);
        expect(noted).toEqual([]);
        expect(await page.evaluate(flaws)).toEqual([]);
        await page.screenshot({ path: path.join(screenshots, `mobilenetv2-${view}.png`), fullPage: true });
        const opened = await page.evaluate<number>("performance.getEntriesByType('navigation')[0].loadEventEnd");
        console.log(
          `report of MobileNetV2, ${view}: ${(statSync(file).size / 1e3).toFixed(0)} kB, opened in ${opened.toFixed(0)} ms`,
        );
        await page.context().close();
      }
      await rm(folder, { recursive: true });
    },
  );
});
