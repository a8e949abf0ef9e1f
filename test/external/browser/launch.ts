import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { PATIENCE } from '../../patience.js';
import { executable } from '../needs.js';

export const launch = (...args: string[]): Promise<Browser> =>
  chromium.launch({ executablePath: executable, args: ['--no-sandbox', ...args], timeout: PATIENCE });

/** A page in a context of its own that waits as long as a busy machine takes. */
export async function newPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE);
  return await context.newPage();
}
