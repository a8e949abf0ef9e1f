import { describe, expect, test } from 'vitest';
import type { EdgeSide } from '../../src/targets/side.js';
import type { TargetFiles } from '../../src/targets/target.js';
import { filesOfSide } from '../../src/targets/target-files.js';
import { splitSpec } from '../runtime/fixture.js';

const weights = [{ offset: 0, source: { kind: 'memory', bytes: Uint8Array.of(1) } }] as const;
const side: EdgeSide = {
  spec: splitSpec,
  table: { version: 1, tensors: [] },
  model: { files: { 'weights.bin': weights }, onnx: () => new Uint8Array() },
};
const filesOf = (files: (side: EdgeSide) => unknown) =>
  filesOfSide({ name: 'board', side: 'edge', files: files as (side: EdgeSide) => TargetFiles }, side);

test('text, bytes and contents of the model are files, made at once or later', async () => {
  const made = await filesOf(async ({ model }) => ({
    ...model?.files,
    'a/b.txt': 'é',
    'c.bin': Uint8Array.of(7),
    '...': '',
  }));
  expect(made['weights.bin']).toBe(weights);
  expect([...(made['a/b.txt'] as Uint8Array)]).toEqual([0xc3, 0xa9]);
  expect([...(made['c.bin'] as Uint8Array)]).toEqual([7]);
});

describe('refused:', () => {
  test.each([
    '../edge.txt',
    'a/../../b',
    '/etc/passwd',
    'a//b',
    './a',
    '',
    'a\\b',
    'C:/a',
    'a\0',
    'a/..',
    'node_modules/a/index.js',
  ])('the path %j', async (name) => {
    await expect(filesOf(() => ({ [name]: '' }))).rejects.toMatchObject({
      code: 'TARGET_INVALID',
      message: `the edge target board names a file outside of its folder: ${JSON.stringify(name)}`,
      hint: expect.stringContaining('paths inside of edge/'),
    });
  });

  test.each<[string, (side: EdgeSide) => unknown, RegExp]>([
    ['a number', () => ({ a: 1 }), /gives a a content that is neither text nor bytes/],
    [
      'pieces of other files',
      () => ({ a: [{ offset: 0, source: { kind: 'file', path: '/etc/passwd', offset: 0, length: 9 } }] }),
      /neither/,
    ],
    ['a list', () => ['a'], /gives no object of files/],
    ['a map', () => new Map(), /gives no object of files/],
    ['nothing', () => undefined, /gives no object of files/],
    ['a file that is a folder', () => ({ a: '', 'a/b': '' }), /names a as a file and as a folder/],
    [
      'what throws',
      () => {
        throw new Error('too few pins');
      },
      /could not make its files: too few pins/,
    ],
  ])('%s', async (_, files, message) => {
    await expect(filesOf(files)).rejects.toMatchObject({
      code: 'TARGET_INVALID',
      message: expect.stringMatching(message),
    });
  });
});
