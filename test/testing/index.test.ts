import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { referenceCloud, referenceEdge } from '../../src/targets/index.js';
import type { EdgeSide } from '../../src/targets/side.js';
import { type CloudTarget, defineCloudTarget, defineEdgeTarget, type EdgeTarget } from '../../src/targets/target.js';
import { type TargetSuiteOptions, targetSuite } from '../../src/testing/index.js';
import { chunksOf, type FileContent } from '../../src/util/content.js';
import { isThorough } from '../thorough.js';

const node = referenceCloud();
const edge = referenceEdge('native');
type Files = Record<string, unknown>;

/** The server of autosplit under another name, with other files. */
const server = (change: (files: Files) => Files | Promise<Files>) =>
  defineCloudTarget({
    ...node,
    name: 'broken',
    files: async (side) => (await change({ ...(await node.files(side)) })) as Record<string, string>,
  });
/** The same for the module of autosplit for Node.js. */
const module = (change: (files: Files, side: EdgeSide) => Files | Promise<Files>, fields: Partial<EdgeTarget> = {}) =>
  defineEdgeTarget({
    ...edge,
    name: 'broken',
    weightBits: [4, 8],
    encodings: [],
    ...fields,
    files: async (side) => (await change({ ...(await edge.files(side)) }, side)) as Record<string, string>,
  });

const textOf = (content: unknown) =>
  content instanceof Uint8Array ? Buffer.from(content).toString() : String(content);
const edited = (file: string, edit: (text: string) => string) => (files: Files) => ({
  ...files,
  [file]: edit(textOf(files[file])),
});
const without = (file: string) => (files: Files) => {
  const { [file]: _, ...rest } = files;
  return rest;
};
const failing = (error: Error) => () => {
  throw error;
};

/** The first weight is another. */
async function withOtherWeights(files: Files): Promise<Files> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOf(files['weights.bin'] as FileContent)) chunks.push(Uint8Array.from(chunk));
  const bytes = new Uint8Array(Buffer.concat(chunks));
  for (let i = 0; i < 64; i++) bytes[i] ^= 0x40;
  return { ...files, 'weights.bin': bytes };
}

interface Broken {
  target: EdgeTarget | CloudTarget;
  /** Words of the case that refuses it, and what is said. */
  by: string;
  message: RegExp;
  refuses?: TargetSuiteOptions['refuses'];
}

const NEW_NAME = server((files) => ({ ...files, [`${Date.now()}.txt`]: '' }));
const NO_CODE = server(edited('README.md', () => 'Run server.mjs.'));
const OTHER_NAME = server(edited('README.md', (text) => text.replaceAll('server.mjs', 'main.mjs')));
const LYING = module((files) => files, { weightBits: Object.assign([8], { includes: () => true }) });
const UNPACKED = module((files, { model }) => ({
  ...without('weights.bin')(files),
  'model.onnx': model?.onnx() ?? '',
}));
const SMALL = module(({ 'weights.bin': weights = '' }) => ({ 'weights.bin': weights }), {
  weights: { held: 'float', in: 'flash' },
});

/** Servers that take one encoding for another. */
const undoing = (encoding: string): [string, Broken] => [
  `${encoding} that it does not undo`,
  {
    target: server(edited('server.mjs', (text) => text.replaceAll(`"encoding": "${encoding}"`, '"encoding": "raw"'))),
    by: 'every encoding',
    message: /input \w+ must/,
  },
];

/** Targets that break one rule each. */
const BROKEN: Record<string, Broken> = {
  ...Object.fromEntries(['png', 'jpeg:90', 'webp:90', 'brotli', 'arithmetic'].map(undoing)),
  'an unknown field': {
    target: { ...node, colour: 'red' } as CloudTarget,
    by: 'states what',
    message: /unknown field `colour`/,
  },
  'bits that cannot be': {
    target: defineEdgeTarget({ ...edge, weightBits: [1] }),
    by: 'states what',
    message: /`weightBits` must be/,
  },
  'a package that is missing': {
    target: module((files) => files, { packages: ['no-such-package'] }),
    by: 'states what',
    message: /runs on the package no-such-package/,
  },
  'bits that it takes and does not state': { target: LYING, by: 'does not state', message: /2 bits is not refused/ },
  'a date': {
    target: server(edited('README.md', (text) => `${text}${new Date().toISOString()}`)),
    by: 'same files',
    message: /README\.md is another file/,
  },
  'an id': {
    target: server(edited('server.mjs', (text) => `${text}//${randomBytes(4).toString('hex')}`)),
    by: 'same files',
    message: /server\.mjs is another file/,
  },
  'a random number': {
    target: server(edited('README.md', (text) => `${text}${Math.random()}`)),
    by: 'same files',
    message: /README\.md is another file/,
  },
  'a file of another name each time': { target: NEW_NAME, by: 'same files', message: /\d+\.txt is another file/ },
  'a folder of this machine': {
    target: server(edited('README.md', (text) => `${text}${process.cwd()}/x`)),
    by: 'of this machine',
    message: /README\.md names .*, which is of this machine/,
  },
  'a path outside': {
    target: server((files) => ({ ...files, '../a': '' })),
    by: 'several inputs',
    message: /names a file outside of its folder/,
  },
  'no README': { target: server(without('README.md')), by: 'README.md', message: /there is no README\.md/ },
  'a README without a command': { target: NO_CODE, by: 'README.md', message: /no block of code/ },
  'a README of another file': { target: OTHER_NAME, by: 'README.md', message: /does not name server\.mjs/ },
  'no files': { target: server(() => ({})), by: 'models that load', message: /it makes no files/ },
  'no weights': {
    target: server(without('weights.bin')),
    by: 'models that load',
    message: /its weights from weights\.bin beside it/,
  },
  'no model': {
    target: server((files) => ({ ...files, 'model.onnx': 'no model' })),
    by: 'models that load',
    message: /model\.onnx does not load/,
  },
  'no module': { target: module(without('edge.mjs')), by: 'models that load', message: /there is no edge\.mjs/ },
  'other outputs': { target: server(withOtherWeights), by: 'several inputs', message: /output "\w+" differs/ },
  'other codes': {
    target: module(withOtherWeights),
    by: 'several inputs',
    message: /the codes of .* on the wire differ/,
  },
  'a split that it should take': {
    target: server(failing(new Error('too large'))),
    by: 'several inputs',
    message: /it refuses: .*: too large/,
  },
  'a defect in place of a refusal': {
    target: module((files, { model }) => ({ ...files, 'size.txt': String((model as { files: object }).files) })),
    by: 'refuses everything in the cloud',
    message: /it does not refuse but fails/,
    refuses: ['cloud-only'],
  },
  'files in place of a refusal': {
    target: module((files) => files),
    by: 'refuses everything in the cloud',
    message: /makes files where the suite was told that it refuses/,
    refuses: ['cloud-only'],
  },
  'weights that are not packed': {
    target: UNPACKED,
    by: 'stores weights',
    message: /make its files -?\d+ bytes smaller, not/,
  },
  'floats in flash that are not there': {
    target: SMALL,
    by: 'stores weights',
    message: /float in flash takes \d+ bytes/,
  },
};

const broken = Object.entries(BROKEN);

describe('refused is a target with', () => {
  test.each(isThorough ? broken : broken.filter((_, i) => i % 4 === 0))(
    '%s',
    async (_, { target, by, message, refuses = [] }) => {
      const found = targetSuite(target, { refuses }).filter(({ name }) => name.includes(by));
      expect(found).toHaveLength(1);
      await expect(found[0].run()).rejects.toMatchObject({
        code: 'TARGET_INVALID',
        message: expect.stringMatching(message),
      });
    },
  );
});

test('a refusal that was announced is one', async () => {
  const target = server(failing(new Error('too large')));
  const cases = targetSuite(target, { refuses: ['several', 'cloud-only'] });
  for (const { name, run } of cases) if (name.includes('refuses')) await run();
  expect(cases.filter(({ name }) => name.includes('refuses'))).toHaveLength(2);
});

test('options are checked', () => {
  const wrong = (target: unknown, options: object) => () => targetSuite(target as EdgeTarget, options);
  expect(wrong({}, {})).toThrow(/the first argument is no target/);
  expect(wrong(node, { refuse: [] })).toThrow(/unknown option `refuse`/);
  expect(wrong(node, { refuses: ['all'] })).toThrow(/unknown split "all"/);
});

test('each case is handed over with its name and time, and nothing runs before it is called', () => {
  const cases: unknown[] = [];
  const made = targetSuite(server(failing(new Error('is called'))), { test: (...args) => cases.push(args) });
  expect(cases).toEqual(made.map(({ name, run }) => [name, run, expect.any(Number)]));
  expect(made.every(({ name }) => name.startsWith('broken: '))).toBe(true);
});
