import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noShared } from '../../shared.js';
import { unless } from '../../skips/unless.js';
import { startServer, TOKEN } from '../halves.js';
import { executable, noChromium } from '../needs.js';
import { launch } from './launch.js';
import { buildBoth, pictures, runNode, sentBy } from './networks.js';
import { runPage } from './page.js';
import { openSite } from './site.js';

const folders: string[] = [];
let browser: Browser;

beforeAll(async () => {
  if (executable) browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
});

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));

describe('a browser sends the codes that Node.js sends', unless(noChromium ?? noShared), () => {
  test.each([
    ['squeezenet1.1', 'imagenet500/val'],
    ['mobilenetv2', 'imagenet500/val'],
    ['lprnet', 'plates500/val'],
  ])('%s', async (name, data) => {
    const folder = await buildBoth(name);
    folders.push(folder);
    const web = path.join(folder, 'bundles/web');
    const manifest = JSON.parse(await readFile(path.join(web, 'split-manifest.json'), 'utf8'));
    expect(manifest.wire.map(({ encoding }: { encoding: string }) => encoding)).toContain('arithmetic');
    for (const file of ['model.onnx', 'weights.bin'])
      expect(await readFile(path.join(web, 'edge', file))).toEqual(
        await readFile(path.join(folder, 'bundles/node/edge', file)),
      );
    const { inputs } = JSON.parse(
      / spec = (\{[\s\S]*?\n\});/.exec(await readFile(path.join(web, 'edge/edge.mjs'), 'utf8'))?.[1] ?? '',
    );
    const samples = (await pictures(data, inputs[0].shape)).map((picture) => ({ [inputs[0].name]: picture }));

    const nodeServer = await startServer(folder, 'node');
    const inNode = await runNode(folder, nodeServer.address, TOKEN, samples);
    await nodeServer.stop();

    const site = await openSite();
    const webServer = await startServer(folder, 'web', TOKEN, { AUTOSPLIT_ORIGINS: site.origin });
    await site.serve({ edge: path.join(web, 'edge'), cloud: webServer.address });
    const inPage = await runPage(browser, { origin: site.origin, cloud: webServer.address, token: TOKEN, samples });
    await site.close();
    await webServer.stop();

    expect(inPage.complaints).toEqual([]);
    expect(inPage.workers).toEqual([`${site.origin}/edge/unpack-worker.mjs`]);
    for (const [i, { body, headers, outputs }] of inPage.inferences.entries()) {
      const sent = await sentBy(web, bytes(body), headers);
      expect(Object.keys(sent)).toEqual(Object.keys(inNode[i].payload));
      for (const [tensor, codes] of Object.entries(sent))
        expect(Buffer.compare(codes, inNode[i].payload[tensor]), tensor).toBe(0);
      for (const [output, data] of Object.entries(outputs))
        expect(Buffer.compare(bytes(data), inNode[i].outputs[output]), output).toBe(0);
    }
    expect(inPage.inferences).toHaveLength(3);
  });
});
