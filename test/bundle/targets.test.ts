import { describe, expect, test } from 'vitest';
import { targetsOf } from '../../src/bundle/targets.js';
import { BUILT_IN } from '../../src/targets/index.js';
import { temporaryFolder } from '../util/temporary.js';

const location = { file: 'autosplit.config.yaml', line: 3, column: 9 };

/** The edge target that a module exports. */
async function edgeOf(text: string, name = 'target.mjs') {
  const folder = temporaryFolder({ [name]: text });
  const specifier = `${folder}/${name}`;
  const targetModule = { specifier, from: folder, folder, files: [specifier], location };
  return (await targetsOf({ edge: { target: name, targetModule }, cloud: { target: 'node' } })).edge;
}

const edge = (fields: string) =>
  `import { defineEdgeTarget } from 'autosplit'; export default defineEdgeTarget({ name: 'board', description: 'A board.', files: () => ({}), ${fields} });`;

test('every target of autosplit is found, and says how it is run', async () => {
  for (const target of BUILT_IN.edge) {
    const { edge, cloud } = await targetsOf({ edge: { target }, cloud: { target: 'node' } });
    expect([edge.name, edge.run, cloud.name]).toEqual([target, { module: 'edge.mjs' }, 'node']);
    expect(cloud.serve?.[0]).toBe('node');
  }
});

test('what a definition leaves out is what autosplit quantizes, and nothing that others would have to know', async () => {
  const plain = await edgeOf(
    `export default { side: 'edge', name: 'board', description: 'A board.', files: () => ({}) };`,
  );
  expect(plain).toMatchObject({
    floatOperators: 'all',
    weightBits: [2, 3, 4, 5, 6, 7, 8],
    encodings: [],
    packages: [],
    kernels: 'native',
  });
  expect(plain.weights).toEqual({ held: 'int8', in: 'ram' });
  expect((await edgeOf(edge(`weights: { held: 'packed', in: 'flash' }`))).weights).toEqual({
    held: 'packed',
    in: 'flash',
  });
  expect(plain.operators).toContain('Conv');
  expect(plain.run).toBeUndefined();
  expect(await edgeOf(edge(`weightBits: [8], run: { command: ['sim'] }`))).toMatchObject({
    weightBits: [8],
    run: { command: ['sim'] },
  });
});

test('a module is read anew each time, in TypeScript and CommonJS too', async () => {
  const folder = temporaryFolder();
  const read = async (name: string, text: string) => {
    const { addFiles } = await import('../util/temporary.js');
    addFiles(folder, { [name]: text });
    const specifier = `${folder}/${name}`;
    const targetModule = { specifier, from: folder, folder, files: [specifier], location };
    return (await targetsOf({ edge: { target: name, targetModule }, cloud: { target: 'node' } })).edge.weightBits;
  };
  expect(await read('a.mjs', edge('weightBits: [8]'))).toEqual([8]);
  expect(await read('a.mjs', edge('weightBits: [4]'))).toEqual([4]);
  expect(await read('b.ts', edge('weightBits: [2] as number[]'))).toEqual([2]);
  const common = `module.exports = { side: 'edge', name: 'board', description: 'A board.', weightBits: [6], files() { return {}; } };`;
  expect(await read('c.cjs', common)).toEqual([6]);
});

test('a package is imported by its exports', async () => {
  const folder = temporaryFolder({
    'node_modules/board/package.json':
      '{ "name": "board", "type": "module", "exports": { ".": { "import": "./lib/main.js" }, "./small": "./lib/small.js" } }',
    'node_modules/board/lib/main.js': `import { bits } from './bits.js'; ${edge('weightBits: bits')}`,
    'node_modules/board/lib/bits.js': 'export const bits = [5];',
    'node_modules/board/lib/small.js': edge('weightBits: [3]'),
  });
  const bits = async (specifier: string) => {
    const targetModule = { specifier, from: folder, folder, files: [], location };
    return (await targetsOf({ edge: { target: 'board', targetModule }, cloud: { target: 'node' } })).edge.weightBits;
  };
  expect(await bits('board')).toEqual([5]);
  expect(await bits('board/small')).toEqual([3]);
});

describe('refused at its place in the config:', () => {
  test.each<[string, string, RegExp]>([
    ['a module that throws', `throw new Error('no licence')`, /target\.mjs cannot be loaded: no licence/],
    [
      'a module that cannot be read',
      'export default {',
      /^`edge\.target`: target\.mjs cannot be loaded: .*end of file.* \(target\.mjs:1:\d+\)$/,
    ],
    [
      'a missing import',
      `import 'not-there'; export default {};`,
      /^`edge\.target`: target\.mjs cannot be loaded: Could not resolve "not-there" \(target\.mjs:1:8\)$/,
    ],
    [
      'weights held in no known way',
      edge(`weights: { held: 'packed', at: 'flash' }`),
      /`weights` must be \{ held: 'packed', 'int8' or 'float', in: 'ram' or 'flash' \}/,
    ],
    ['no default export', 'export const target = 1;', /target\.mjs has no target as its default export/],
    ['something else', 'export default { files() {} };', /target\.mjs has no edge target/],
    [
      'the other side',
      `import { defineCloudTarget as d } from 'autosplit'; export default d({});`,
      /target\.mjs is a target of the cloud side/,
    ],
    ['a pair without this side', 'export default { cloud: {} };', /target\.mjs has no edge target/],
    [
      'a name of autosplit',
      edge(`name: 'onnxruntime-web'`),
      /target\.mjs calls itself onnxruntime-web, which is a target of autosplit/,
    ],
    ['a name of the other side', edge(`name: 'node'`), /calls itself node, which/],
    ['a name with blanks', edge(`name: 'my board'`), /`name` must be lower case letters, digits and dashes/],
    ['no files', edge('files: undefined'), /`files` must be a function/],
    ['bits that cannot be', edge('weightBits: [1, 8]'), /`weightBits` must be a list of 2, 3, 4, 5, 6, 7, 8/],
    ['no bits', edge('weightBits: []'), /`weightBits` must be/],
    ['an operator without integers', edge(`operators: ['Conv', 'Softmax']`), /`operators` must be a list of Conv, /],
    ['an encoding', edge(`encodings: ['zip']`), /`encodings` must be a list of deflate, /],
    ['kernels', edge(`kernels: 'gpu'`), /`kernels` must be 'native' or 'wasm'/],
    [
      'a shell line',
      edge(`run: { command: 'make run' }`),
      /`run` must be \{ module: FILE \} or \{ command: \[PROGRAM, \.\.\.\] \}/,
    ],
    ['a typing error', edge('weightBit: [8]'), /unknown field `weightBit`, did you mean `weightBits`\?/],
    [
      'several at once',
      edge(`description: '', kernels: 1`),
      /`description` must be one line of text; `kernels` must be/,
    ],
    [
      'what no stand-in writes',
      edge(`kernels: 'wasm', encodings: ['brotli']`),
      /`encodings` brotli with `kernels: 'wasm'` need a `run`/,
    ],
  ])('%s', async (_, text, message) => {
    await expect(edgeOf(text)).rejects.toMatchObject({
      code: 'TARGET_INVALID',
      message: expect.stringMatching(message),
      hint: expect.stringContaining('`defineEdgeTarget`'),
      location,
    });
  });
});
