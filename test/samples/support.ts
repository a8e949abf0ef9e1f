import { mkdtempSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import type { Preprocess, SampleSource } from '../../src/samples/types.js';
import { AutosplitError, type ErrorCode } from '../../src/util/error.js';
import { FIXTURES } from './fixtures.js';

export const folder = mkdtempSync(path.join(os.tmpdir(), 'autosplit-samples-'));

export const fixture = (name: keyof typeof FIXTURES): Buffer => Buffer.from(FIXTURES[name], 'base64');

/** Writes a file below a fresh folder and gives its path. */
export async function file(name: string, content: Uint8Array | string): Promise<string> {
  const target = path.join(folder, name);
  await mkdir(path.dirname(target), { recursive: true });
  writeFileSync(target, content);
  return target;
}

export const PLAIN: Preprocess = { fit: 'fill', channels: 'rgb', mean: [0, 0, 0], std: [1, 1, 1], layout: 'nchw' };

export const source = (
  kind: SampleSource['kind'],
  files: string[],
  preprocess: Partial<Preprocess> = {},
  limit = Number.POSITIVE_INFINITY,
): SampleSource => ({
  kind,
  files,
  pattern: '*',
  preprocess: { ...PLAIN, ...preprocess },
  limit,
});

/** Asserts that `run` ends in an AutosplitError of this code whose message matches. */
export async function expectError(
  run: () => Promise<unknown>,
  code: ErrorCode,
  message: RegExp,
): Promise<AutosplitError> {
  const error = await run().then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(AutosplitError);
  const { code: actual, message: text } = error as AutosplitError;
  expect([actual, text]).toEqual([code, expect.stringMatching(message)]);
  return error as AutosplitError;
}
