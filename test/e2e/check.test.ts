import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  autosplit,
  built,
  configure,
  copyOf,
  type ErrorDocument,
  flipByte,
  json,
  project,
  root,
  scratch,
} from './project.js';

interface CheckDocument {
  version: 1;
  build: string;
  output: string;
  fresh: boolean;
  changes: string[];
}

let original: string;
beforeAll(async () => {
  // The link is a file of the project, so that its numbers can change.
  const folder = project({ network: { preset: './link.yaml' }, validation: { samples: 8 } });
  writeFileSync(path.join(folder, 'link.yaml'), readFileSync(path.join(root, 'presets/network/3g.yaml')));
  renameSync(path.join(folder, 'metric.mjs'), path.join(folder, 'score.mjs'));
  writeFileSync(path.join(folder, 'metric.mjs'), "export { default } from './score.mjs';\n");
  original = await built(folder);
});

async function changesAfter(change: (folder: string) => void): Promise<string[]> {
  const folder = copyOf(original);
  change(folder);
  const { document, exitCode } = await json<CheckDocument>(folder, ['check']);
  expect(document).toMatchObject({
    version: 1,
    build: 'default',
    output: 'autosplit',
    fresh: document.changes.length === 0,
  });
  expect(exitCode).toBe(document.fresh ? 0 : 1);
  return document.changes;
}

const edit = (file: string, from: string, to: string) => (folder: string) => {
  const name = path.join(folder, file);
  const text = readFileSync(name, 'utf8');
  expect(text).toContain(from);
  writeFileSync(name, text.replace(from, to));
};

describe.concurrent('check', () => {
  test('an untouched bundle is fresh, wherever it lies', async () => {
    expect(await changesAfter(() => {})).toEqual([]);
    const { stdout, exitCode } = await autosplit(original, ['check']);
    expect([stdout, exitCode]).toEqual(['autosplit is fresh', 0]);
  });

  test.each<[string, (folder: string) => void, string[]]>([
    [
      'a byte of a file',
      (folder) => flipByte(path.join(folder, 'autosplit/edge/weights.bin'), 100),
      ['bundle: edge/weights.bin has changed'],
    ],
    [
      'what the metric imports',
      (folder) => appendFileSync(path.join(folder, 'score.mjs'), '\n'),
      ['metric: score.mjs has changed'],
    ],
    [
      'what the metric imports, gone',
      (folder) => rmSync(path.join(folder, 'score.mjs')),
      ['metric: score.mjs is gone'],
    ],
    [
      'a file that is gone',
      (folder) => rmSync(path.join(folder, 'autosplit/cloud/server.mjs')),
      ['bundle: cloud/server.mjs is gone'],
    ],
    [
      'a file too many',
      (folder) => writeFileSync(path.join(folder, 'autosplit/edge/own.mjs'), ''),
      ['bundle: edge/own.mjs is new'],
    ],
    [
      'a space in the manifest',
      edit('autosplit/split-manifest.json', '"version": 1', '"version":  1'),
      ['bundle: split-manifest.json has changed'],
    ],
    [
      'the plan in the manifest',
      edit('autosplit/split-manifest.json', '"decision": "split"', '"decision": "edge-only"'),
      ['bundle: split-manifest.json has changed'],
    ],
    [
      'a number of the config',
      (folder) => configure(folder, { edge: { memory: '130 KiB' } }),
      ['config.edge.memoryBytes: 131072 -> 133120', 'presets.edge.memory: 131072 -> 133120'],
    ],
    [
      'how pictures are read',
      (folder) => configure(folder, { calibration: { preprocess: { channels: 'bgr' } } }),
      [
        'config.calibration.preprocess.channels: "rgb" -> "bgr"',
        'config.validation.preprocess.channels: "rgb" -> "bgr"',
      ],
    ],
    [
      'a byte of a sample',
      (folder) => flipByte(path.join(folder, 'data/calib/0003.jpg')),
      ['calibration: data/calib/0003.jpg has changed'],
    ],
    [
      'a sample fewer',
      (folder) => rmSync(path.join(folder, 'data/calib/0003.jpg')),
      ['calibration: data/calib/0003.jpg is gone'],
    ],
    ['a label', (folder) => flipByte(path.join(folder, 'data/val.csv'), 60), ['validation: data/val.csv has changed']],
    [
      'a byte of the metric',
      (folder) => appendFileSync(path.join(folder, 'metric.mjs'), '\n'),
      ['validation: metric.mjs has changed'],
    ],
    [
      'a number of a preset',
      edit('link.yaml', 'value: 3 Mbps', 'value: 3.1 Mbps'),
      ['preset 3g: numbers have changed without a new version', 'presets.network.uplink: 3000000 -> 3100000'],
    ],
    [
      'a new version of a preset',
      (folder) => {
        edit('link.yaml', 'value: 3 Mbps', 'value: 3.1 Mbps')(folder);
        edit('link.yaml', 'version: 2', 'version: 3')(folder);
      },
      ['preset 3g: version 2 -> 3', 'presets.network.uplink: 3000000 -> 3100000'],
    ],
    ['the name of a preset', edit('link.yaml', 'name: 3g', 'name: mine'), ['network: preset 3g -> mine']],
    ['what a preset says of itself', edit('link.yaml', 'title: ', 'title: The '), []],
    ['a source of a preset', edit('link.yaml', 'source: "', 'source: "see '), []],
    ['the model', (folder) => flipByte(path.join(folder, 'model.onnx')), ['model: model.onnx has changed']],
  ])('%s', async (_, change, changes) => {
    expect(await changesAfter(change)).toEqual(changes);
  });

  test('what packages and file managers leave in a side is nobody’s change', async () => {
    const change = (folder: string) => {
      mkdirSync(path.join(folder, 'autosplit/edge/node_modules/x'), { recursive: true });
      writeFileSync(path.join(folder, 'autosplit/edge/node_modules/x/index.js'), '');
      writeFileSync(path.join(folder, 'autosplit/edge/package-lock.json'), '{}');
      writeFileSync(path.join(folder, 'autosplit/.DS_Store'), '');
    };
    expect(await changesAfter(change)).toEqual([]);
  });

  test('says what is stale in words, and what helps', async () => {
    const folder = copyOf(original);
    rmSync(path.join(folder, 'autosplit/README.md'), { force: true });
    flipByte(path.join(folder, 'autosplit/edge/edge.mjs'));
    const { stdout, exitCode } = await autosplit(folder, ['check']);
    expect(stdout.split('\n')).toEqual([
      'autosplit is stale:',
      '  bundle: edge/edge.mjs has changed',
      'run `npx autosplit build` and commit the result',
    ]);
    expect(exitCode).toBe(1);
  });

  test('without a bundle, or with a broken manifest, the answer is no', async () => {
    const folder = copyOf(original);
    writeFileSync(path.join(folder, 'autosplit/split-manifest.json'), '<<<<<<< HEAD\n');
    const broken = await json<ErrorDocument>(folder, ['check']);
    expect(broken).toMatchObject({ exitCode: 1, document: { error: { code: 'BUNDLE_MISSING' } } });
    rmSync(path.join(folder, 'autosplit'), { recursive: true });
    const missing = await json<ErrorDocument>(folder, ['check']);
    expect(missing).toMatchObject({
      exitCode: 1,
      document: { error: { code: 'BUNDLE_MISSING', hint: 'run `npx autosplit build`' } },
    });
  });

  test('loads no native package', async () => {
    const loaded = async (command: string) => {
      const record = path.join(scratch(), 'loaded');
      const hook = pathToFileURL(fileURLToPath(new URL('record-native.mjs', import.meta.url))).href;
      const env = { NODE_OPTIONS: `--import=${hook}`, AUTOSPLIT_TEST_RECORD: record };
      expect((await autosplit(original, [command, '--quiet'], { env })).exitCode).toBe(0);
      return existsSync(record) ? readFileSync(record, 'utf8') : '';
    };
    expect(await loaded('check')).toBe('');
    // The recorder itself works.
    const all = await loaded('plan');
    expect(all).toMatch(/onnxruntime/);
    expect(all).toMatch(/sharp/);
  });
});

describe.concurrent('check --rebuild', () => {
  test('agrees on a fresh bundle, in another folder', async () => {
    const { document, exitCode } = await json<CheckDocument>(copyOf(original), ['check', '--rebuild']);
    expect(document).toMatchObject({ fresh: true, changes: [] });
    expect(exitCode).toBe(0);
  });

  test('names every file that is not what the inputs give', async () => {
    const folder = copyOf(original);
    flipByte(path.join(folder, 'autosplit/edge/weights.bin'), 100);
    rmSync(path.join(folder, 'autosplit/cloud/README.md'));
    writeFileSync(path.join(folder, 'autosplit/cloud/own.mjs'), '');
    const { document, exitCode } = await json<CheckDocument>(folder, ['check', '--rebuild']);
    expect(document.changes).toEqual([
      'bundle: cloud/README.md is gone',
      'bundle: cloud/own.mjs is new',
      'bundle: edge/weights.bin differs from what the inputs give',
    ]);
    expect(exitCode).toBe(1);
  });

  test('sees a changed input by what it changes', async () => {
    const folder = copyOf(original);
    edit('link.yaml', 'value: 3 Mbps', 'value: 3.1 Mbps')(folder);
    appendFileSync(path.join(folder, 'metric.mjs'), '\n');
    const { document, exitCode } = await json<CheckDocument>(folder, ['check', '--rebuild']);
    // Both name the number that was planned with; the sides are as they were.
    expect(document.changes).toEqual([
      'bundle: report.html differs from what the inputs give',
      'bundle: split-manifest.json differs from what the inputs give (see `autosplit check`)',
    ]);
    expect(exitCode).toBe(1);
  });
});
