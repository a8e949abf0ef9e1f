import { expect, test } from 'vitest';
import { valueAt } from '../../src/config/located.js';
import { parseText } from '../../src/config/parse.js';
import { resolveTarget } from '../../src/config/target.js';
import type { AutosplitError } from '../../src/util/error.js';
import { temporaryFolder } from '../util/temporary.js';

/** What a name leads to in a config of a folder. */
async function resolve(folder: string, name: string, side: 'edge' | 'cloud' = 'edge') {
  const problems: AutosplitError[] = [];
  const source = {
    file: `${folder}/autosplit.config.yaml`,
    folder,
    text: `target: ${JSON.stringify(name)}`,
    invalid: 'CONFIG_INVALID' as const,
  };
  const resolved = await resolveTarget(side, valueAt(parseText(source, 'CONFIG_SYNTAX'), ['target']), folder, problems);
  return { resolved, problems };
}

const pack = (name: string, version = '1.0.0') => JSON.stringify({ name, version });

test('targets of autosplit come first, whatever is installed', async () => {
  const folder = temporaryFolder({ 'node_modules/onnxruntime-web/package.json': pack('onnxruntime-web') });
  expect((await resolve(folder, 'onnxruntime-web')).resolved).toEqual({ target: 'onnxruntime-web' });
  expect(await resolveTarget('edge', undefined, folder, [])).toEqual({ target: 'onnxruntime-node' });
  expect(await resolveTarget('cloud', undefined, folder, [])).toEqual({ target: 'node' });
});

test.each([
  ['board', 'board', 'board'],
  ['short', 'short', 'autosplit-target-short'],
  ['@acme/board', '@acme/board', '@acme/board'],
  ['@acme/short', '@acme/short', '@acme/autosplit-target-short'],
  ['board/small', 'board/small', 'board/small'],
  ['both', 'both', 'both'],
])('%s is a package of the project', async (name, target, specifier) => {
  const installed = [
    'board',
    'autosplit-target-short',
    '@acme/board',
    '@acme/autosplit-target-short',
    'both',
    'autosplit-target-both',
  ];
  const folder = temporaryFolder(
    Object.fromEntries(installed.map((one) => [`node_modules/${one}/package.json`, pack(one, `1.0.${one.length}`)])),
  );
  const { resolved, problems } = await resolve(folder, name);
  expect(problems).toEqual([]);
  const own = specifier.replace(/\/small$/, '');
  expect(resolved).toMatchObject({
    target,
    targetModule: {
      specifier,
      from: folder,
      name: own,
      version: `1.0.${own.length}`,
      folder: `${folder}/node_modules/${own}`,
    },
  });
});

test('packages are found above the folder of the config too', async () => {
  const folder = temporaryFolder({ 'node_modules/board/package.json': pack('board'), 'apps/camera/model.onnx': '' });
  expect((await resolve(`${folder}/apps/camera`, 'board')).resolved?.targetModule?.folder).toBe(
    `${folder}/node_modules/board`,
  );
});

test('a package is all of its files, but not what it depends on nor what is hidden; a file is itself', async () => {
  const folder = temporaryFolder({
    'targets/board/package.json': pack('board'),
    'targets/board/index.js': '',
    'targets/board/c/main.c': '',
    'targets/board/.cache/state': '',
    'targets/board/node_modules/dependency/index.js': '',
    'targets/one.mjs': '',
  });
  const files = async (name: string) =>
    (await resolve(folder, name)).resolved?.targetModule?.files.map((file) => file.slice(folder.length));
  expect(await files('./targets/board')).toEqual(
    ['/c/main.c', '/index.js', '/package.json'].map((file) => `/targets/board${file}`),
  );
  expect(await files('./targets/one.mjs')).toEqual(['/targets/one.mjs']);
  expect((await resolve(folder, './targets/../targets/one.mjs')).resolved?.target).toBe('targets/one.mjs');
});

test.each<[string, 'edge' | 'cloud', string, RegExp]>([
  [
    'onnxruntime-nodes',
    'edge',
    '`edge.target`: there is no edge target "onnxruntime-nodes"',
    /did you mean `onnxruntime-node`\?/,
  ],
  [
    'board',
    'edge',
    '`edge.target`: there is no edge target "board"',
    /looked for the packages board and autosplit-target-board from \//,
  ],
  ['fs', 'cloud', '`cloud.target`: there is no cloud target "fs"', /targets of the cloud side: node; /],
  ['node', 'edge', '`edge.target`: "node" is a target of the cloud side', /onnxruntime-node, onnxruntime-web/],
  [
    'onnxruntime-web',
    'cloud',
    '`cloud.target`: "onnxruntime-web" is a target of the edge side',
    /targets of the cloud side: node/,
  ],
  ['./none.mjs', 'edge', '`edge.target`: there is no file and no package at ./none.mjs', /looked for \/.*none\.mjs/],
  ['./folder', 'edge', '`edge.target`: there is no file and no package at ./folder', /looked for/],
])('%s for the %s is an error with its place', async (name, side, message, hint) => {
  const folder = temporaryFolder({ 'folder/index.js': '' });
  const { resolved, problems } = await resolve(folder, name, side);
  expect(resolved).toBeUndefined();
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ code: 'TARGET_INVALID', message, location: { line: 1, column: 9 } });
  expect(problems[0].hint).toMatch(hint);
});
