import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { smallNetwork } from '../shared.js';

const { networks }: { networks: () => Record<string, Uint8Array> } = await import(
  new URL('../../scripts/networks/networks.mjs', import.meta.url).href
);
const made = Object.entries(networks());
const folder = path.dirname(smallNetwork('classifier'));

describe('the committed networks', () => {
  test.each(made)('%s has the bytes that the script gives, and onnxruntime takes it', async (name, content) => {
    expect(readFileSync(path.join(folder, name)).equals(content)).toBe(true);
    await InferenceSession.create(content);
  });

  test('are all, and small', () => {
    const files = readdirSync(folder);
    expect(files.sort()).toEqual(made.map(([name]) => name).sort());
    const sizes = files.map((name) => statSync(path.join(folder, name)).size);
    expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThan(200_000);
  });
});
