import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { PATIENCE } from '../../patience.js';
import { newPage } from '../browser/launch.js';
import { policyFor } from '../browser/policy.js';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

export interface FolderSite {
  origin: string;
  /** Says which folder is served, and the cloud side that its pages may ask. */
  serve(folder: string, cloud: string): void;
  close(): Promise<void>;
}

/** Serves what a bundler has written, under a strict Content Security Policy. */
export async function openFolderSite(): Promise<FolderSite> {
  let [folder, cloud] = ['', ''];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const file = path.join(folder, pathname === '/' ? 'index.html' : pathname);
    const content = await readFile(file).catch(() => undefined);
    response.writeHead(content ? 200 : 404, {
      'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream',
      'content-security-policy': policyFor(cloud),
    });
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve(nextFolder, nextCloud) {
      [folder, cloud] = [nextFolder, nextCloud];
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

declare const read: (image: Float32Array, options: { cloud: string; token: string }) => Promise<ArrayLike<number>>;

/** Opens a page that has `read` of the docs, once it is there. */
export async function openPage(browser: Browser, origin: string): Promise<{ page: Page; complaints: string[] }> {
  const page = await newPage(browser);
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(origin);
  await page
    .waitForFunction(() => 'read' in globalThis, undefined, { timeout: PATIENCE })
    .catch((error: Error) => {
      throw new Error(`${error.message}\n${complaints.join('\n')}`);
    });
  return { page, complaints };
}

/** Logits of samples, read in a page. */
export function readIn(
  page: Page,
  samples: readonly Float32Array[],
  cloud: string,
  token: string,
): Promise<number[][]> {
  const pictures = samples.map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
  );
  return page.evaluate(
    async ({ pictures, ...options }) => {
      const results: number[][] = [];
      for (const text of pictures) {
        const image = new Float32Array(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer);
        results.push(Array.from(await read(image, options)));
      }
      return results;
    },
    { pictures, cloud, token },
  );
}
