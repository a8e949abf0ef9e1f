import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { npy } from './npy.js';
import {
  autosplit,
  built,
  configure,
  copyOf,
  digestsOf,
  type ErrorDocument,
  json,
  type Patch,
  project,
  root,
  scratch,
  UNLABELLED,
} from './project.js';

/** A project that has been built once. */
let older: string;
beforeAll(async () => {
  older = await built(project(UNLABELLED));
});

/** Builds a changed copy, which must fail and leave the older bundle as it is. */
async function failure(patch: Patch, change: (folder: string) => void = () => {}) {
  const folder = copyOf(older);
  configure(folder, patch);
  change(folder);
  const before = digestsOf(path.join(folder, 'autosplit'));
  const { document, exitCode } = await json<ErrorDocument>(folder, ['build']);
  expect(digestsOf(path.join(folder, 'autosplit'))).toEqual(before);
  expect(document).toMatchObject({
    version: 1,
    error: { code: expect.any(String), message: expect.any(String), problems: expect.any(Array) },
  });
  expect(document.error.message).not.toMatch(/\n\s+at /);
  return { ...document.error, exitCode };
}

describe.concurrent('what cannot be met is a negative answer that says what binds', () => {
  test.each<[string, Patch, RegExp, RegExp]>([
    [
      'memory',
      { split: 'edge-only', edge: { memory: '10 kB' } },
      /edge\.memory: the smallest plan needs \d+ kB, the limit is 10\.0 kB/,
      /edge\.memory/,
    ],
    [
      'latency',
      { constraints: { latency: '1 us' } },
      /constraints\.latency: the fastest plan takes [\d.]+ .?s, the limit is 1\.00 µs/,
      /constraints\.latency/,
    ],
    [
      'error',
      { split: 'edge-only', edge: { memory: '2 MB' }, constraints: { error: 1e-6 } },
      /constraints\.error: .* the limit is 0\.000001/,
      /constraints\.error/,
    ],
    [
      'accuracy',
      { split: 'edge-only', edge: { memory: '2 MB', bits: { weights: [2] } }, constraints: { accuracyDrop: '0.1 %' } },
      /constraints\.accuracyDrop: the (one measured plan|most accurate of \d+ measured plans) loses [\d.]+ % of fidelity, the limit is 0\.1/,
      /larger drop/,
    ],
  ])('%s', async (_, patch, message, hint) => {
    expect(await failure(patch)).toMatchObject({
      code: 'INFEASIBLE',
      exitCode: 1,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  test('a first build that fails leaves no folder', async () => {
    const folder = project({ ...UNLABELLED, constraints: { latency: '1 us' }, output: 'some/where/else' });
    const { exitCode, stdout, stderr } = await autosplit(folder, ['build', '--quiet']);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr.split('\n')[0]).toMatch(/^error INFEASIBLE {2}no plan holds/);
    expect(Object.keys(digestsOf(folder)).filter((name) => name.startsWith('some'))).toEqual([]);
  });
});

describe.concurrent('bad input is an error with a code', () => {
  const samples = (values: number[]) => (folder: string) =>
    writeFileSync(path.join(folder, 'x.npy'), npy([1, 3, 64, 192], values));
  const metric = (code: string) => (folder: string) => writeFileSync(path.join(folder, 'metric.mjs'), code);
  const labelled: Patch = {
    validation: { images: 'data/val/*.jpg', labels: 'data/val.csv', metric: './metric.mjs', samples: 4 },
  };
  const arrays: Patch = {
    calibration: { images: undefined, preprocess: undefined, inputs: 'x.npy' },
    input: { encoding: 'raw' },
  };

  test.each<[string, string, RegExp, Patch, ((folder: string) => void)?]>([
    ['a model that is missing', 'MODEL_NOT_FOUND', /there is no file other\.onnx/, { model: 'other.onnx' }],
    ['a model that is none', 'MODEL_INVALID', /metric\.mjs/, { model: 'metric.mjs' }],
    [
      'a glob that matches nothing',
      'SAMPLES_NOT_FOUND',
      /no file matches `data\/\*\.png`/,
      { calibration: { images: 'data/*.png' } },
    ],
    [
      'NaN in a sample',
      'SAMPLES_INVALID',
      /x\.npy.*NaN/,
      arrays,
      samples(Array.from({ length: 3 * 64 * 192 }, (_, i) => (i === 777 ? Number.NaN : i % 5))),
    ],
    [
      'a sample of another shape',
      'SAMPLES_INVALID',
      /x\.npy/,
      arrays,
      (folder) => writeFileSync(path.join(folder, 'x.npy'), npy([1, 3], [1, 2, 3])),
    ],
    [
      'a broken picture',
      'SAMPLES_INVALID',
      /0002\.jpg/,
      {},
      (folder) => {
        const file = path.join(folder, 'data/calib/0002.jpg');
        writeFileSync(file, readFileSync(file).subarray(0, 700));
      },
    ],
    [
      'a metric that throws',
      'METRIC_INVALID',
      /metric\.mjs: failed on label ".+" \(oh no\)/,
      labelled,
      metric('export default () => { throw new Error("oh no"); };'),
    ],
    [
      'a metric beyond 1',
      'METRIC_INVALID',
      /metric\.mjs: returned 2 for label/,
      labelled,
      metric('export default () => 2;'),
    ],
    [
      'a label too few',
      'LABELS_INVALID',
      /no label for/,
      labelled,
      (folder) => writeFileSync(path.join(folder, 'data/val.csv'), 'file,label\n0001.jpg,A\n'),
    ],
    ['an unknown target', 'TARGET_INVALID', /onnxruntime-nodes/, { edge: { target: 'onnxruntime-nodes' } }],
    ['an unknown preset', 'PRESET_NOT_FOUND', /eyeris\b/, { edge: { preset: 'eyeris' } }],
  ])('%s', async (_, code, message, patch, change) => {
    expect(await failure(patch, change)).toMatchObject({ code, exitCode: 2, message: expect.stringMatching(message) });
  });

  test('a config is shown where it is wrong', async () => {
    const folder = copyOf(older);
    const file = path.join(folder, 'autosplit.config.yaml');
    writeFileSync(
      file,
      readFileSync(path.join(root, 'examples/license-plates/autosplit.config.yaml'), 'utf8').replace(
        'network:\n  preset: 3g',
        'netwrk:\n  preset: 3g',
      ),
    );
    const line = readFileSync(file, 'utf8').split('\n').indexOf('netwrk:') + 1;
    const { exitCode, stdout, stderr } = await autosplit(folder, ['plan']);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`autosplit.config.yaml:${line}:1`);
    expect(stderr).toMatch(new RegExp(`> +${line} \\| netwrk:`));
    expect(stderr).toMatch(/did you mean `network`/i);
    expect(stderr).not.toMatch(/\n\s+at .*\.js/);
  });

  test('no config at all', async () => {
    expect(await json<ErrorDocument>(scratch(), ['plan'])).toMatchObject({
      exitCode: 2,
      document: { error: { code: 'CONFIG_NOT_FOUND' } },
    });
  });
});

describe.concurrent('an output folder that autosplit did not write', () => {
  test.each<[string, (output: string) => void]>([
    ['with files of others', (output) => writeFileSync(path.join(output, 'notes.txt'), 'mine')],
    ['with a file added to a bundle', (output) => writeFileSync(path.join(output, 'edge/own.mjs'), 'mine')],
  ])('%s', async (name, change) => {
    const folder = copyOf(older);
    const output = path.join(folder, 'autosplit');
    if (name === 'with files of others') {
      rmSync(output, { recursive: true });
      mkdirSync(output);
    }
    change(output);
    const before = digestsOf(output);
    const { exitCode, stdout, stderr } = await autosplit(folder, ['build']);
    expect([exitCode, stdout]).toEqual([2, '']);
    // It is said before any work is done.
    expect(stderr).toMatch(/^error OUTPUT_UNSAFE/);
    expect(digestsOf(output)).toEqual(before);
  });

  test('that cannot be made', async () => {
    expect(await failure({ output: 'metric.mjs/out' })).toMatchObject({ code: 'OUTPUT_FAILED', exitCode: 2 });
  });
});

describe.concurrent('the command line', () => {
  test.each<[string, string[], RegExp]>([
    ['an unknown command', ['bild'], /unknown command 'bild'/],
    ['an unknown option', ['build', '--jsn'], /unknown option '--jsn'/],
    ['an argument too many', ['build', 'now'], /too many arguments/],
    ['an option without its value', ['build', '--config'], /argument missing/],
    ['an impossible value', ['build', '--threads', 'x'], /--threads takes a whole number/],
    ['an unknown kind of presets', ['presets', 'edges'], /edges/],
    ['a folder that is missing', ['plan', '--cwd', 'nowhere'], /nowhere/],
    ['a config that is missing', ['plan', '--config', 'other.yaml'], /other\.yaml/],
  ])('%s', async (_, args, message) => {
    const { exitCode, stdout, stderr } = await autosplit(older, args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error (USAGE|CONFIG_NOT_FOUND) {2}.+/);
    const [code] = stderr.match(/[A-Z_]{5,}/) ?? [];
    if (args.at(-1) === '--config') return;
    expect(await json<ErrorDocument>(older, args)).toMatchObject({
      exitCode: 2,
      document: { version: 1, error: { code } },
    });
  });

  test('--help and --version', async () => {
    const help = await autosplit(older, ['--help']);
    expect(help.exitCode).toBe(0);
    for (const word of ['build', 'plan', 'check', 'presets', 'Examples:', 'Exit codes: 0 done, 1'])
      expect(help.stdout).toContain(word);
    expect((await autosplit(older, ['check', '--help'])).stdout).toContain('--rebuild');
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    expect(await autosplit(older, ['--version'])).toMatchObject({ exitCode: 0, stdout: version });
    const nothing = await autosplit(older, []);
    expect(nothing).toMatchObject({ exitCode: 2, stdout: '' });
    expect(nothing.stderr).toMatch(/^Usage: autosplit/);
  });

  test('presets are listed, and shown with their sources', async () => {
    const { document } = await json<Record<string, { name: string }[]>>(older, ['presets']);
    expect(Object.keys(document)).toEqual(['edge', 'network', 'cloud']);
    expect(document.network.map(({ name }) => name)).toContain('3g');
    const { stdout } = await autosplit(older, ['presets', 'network', '3g']);
    expect(stdout).toMatch(/uplink +(3 Mbps|3000000) +Auto-Split/);
  });
});
