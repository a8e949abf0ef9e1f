import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadPreset } from '../../src/config/preset-load.js';
import type { PlanDocument } from '../../src/documents/plan.js';
import { autosplit, configure, type ErrorDocument, json, project, scratch, UNLABELLED } from './project.js';

interface Profiled {
  version: 1;
  output: string | null;
  preset: {
    name: string;
    version: number;
    side: string;
    machine: { threads: number };
    perInference: number;
    table: { seconds: number }[];
  };
  networks: {
    network: string;
    form: string;
    measured: { median: number; p10: number; p90: number };
    predicted: number;
  }[];
}

const PRESET = 'presets/my-desk.yaml';

/** A project whose edge is this machine, once it is measured. */
let folder: string;
let profiled: Profiled;
beforeAll(async () => {
  folder = project(UNLABELLED);
  configure(folder, { edge: { preset: `./${PRESET}`, memory: '1 GB' } });
  const { document, exitCode } = await json<Profiled>(folder, [
    'profile',
    '--config',
    'autosplit.config.yaml',
    '--rounds',
    '2',
    '-o',
    PRESET,
  ]);
  expect(exitCode).toBe(0);
  profiled = document;
});

/** Sums up what was measured, as the file states it. */
const relative = (value: number, expected: number) => Math.abs(value / expected - 1);

describe('a measured machine', () => {
  test('is a preset that says what its networks took', () => {
    const { preset } = loadPreset('edge', path.join(folder, PRESET));
    if (preset.kind !== 'measured') throw new Error('not measured');
    expect(profiled).toMatchObject({
      version: 1,
      output: PRESET,
      preset: { name: 'my-desk', version: 1, side: 'edge', machine: { threads: 1 } },
    });
    expect(preset.table).toHaveLength(profiled.preset.table.length);
    expect(new Set(preset.table.map(({ precision }) => precision))).toContain('int8');
    expect(profiled.networks.map(({ form }) => form)).toEqual(['float', 'int8']);
    for (const { measured, predicted } of profiled.networks) {
      expect(measured.p10).toBeLessThanOrEqual(measured.median);
      expect(measured.p90).toBeGreaterThanOrEqual(measured.median);
      // Not by luck: layers are settled so that they sum up.
      expect(relative(predicted, measured.median)).toBeLessThan(1e-6);
    }
  });

  test('plans cost what was measured', async () => {
    configure(folder, { split: 'edge-only' });
    const { document, exitCode } = await json<PlanDocument>(folder, ['plan']);
    expect(exitCode).toBe(0);
    const [, int8] = profiled.networks;
    expect(relative(document.latency.edge, int8.predicted)).toBeLessThan(2e-3);
    configure(folder, { split: 'auto' });
    expect((await json<PlanDocument>(folder, ['plan'])).exitCode).toBe(0);
  });

  test('is shown with its rows counted', async () => {
    const { stdout } = await autosplit(folder, ['presets', 'edge', `./${PRESET}`]);
    expect(stdout).toContain(`${profiled.preset.table.length} rows`);
    expect(stdout).not.toContain('[object');
  });

  test('is measured again only where asked, under the next version', async () => {
    const before = readFileSync(path.join(folder, PRESET), 'utf8');
    const refused = await json<ErrorDocument>(folder, ['profile', '--model', 'model.onnx', '-o', PRESET]);
    expect(refused).toMatchObject({
      exitCode: 2,
      document: { error: { code: 'OUTPUT_UNSAFE', hint: expect.stringContaining('--force') } },
    });
    expect(readFileSync(path.join(folder, PRESET), 'utf8')).toBe(before);
    const { stdout, stderr, exitCode } = await autosplit(folder, [
      'profile',
      '-m',
      'model.onnx',
      '--force',
      '--threads',
      '2',
      '-o',
      PRESET,
    ]);
    expect({ stderr: stderr.includes('error'), exitCode }).toEqual({ stderr: false, exitCode: 0 });
    expect(stdout).toMatch(/^network +form +median/);
    expect(stdout).toContain(`use it with edge: { preset: ./${PRESET} }`);
    expect(loadPreset('edge', path.join(folder, PRESET)).preset).toMatchObject({ version: 2, machine: { threads: 2 } });
    expect(readdirSync(path.join(folder, 'presets'))).toEqual(['my-desk.yaml']);
  });

  test('for the cloud costs what its networks took in float', async () => {
    const args = ['profile', '--model', 'model.onnx', '--side', 'cloud', '--rounds', '1', '-o', 'cloud.yaml'];
    const { document } = await json<Profiled>(folder, args);
    expect(document.networks.map(({ form }) => form)).toEqual(['float']);
    // Raw, since undoing a JPEG takes time of the cloud as well.
    configure(folder, { cloud: { preset: './cloud.yaml' }, split: 'cloud-only', input: { encoding: 'raw' } });
    const { document: plan } = await json<PlanDocument>(folder, ['plan']);
    expect(relative(plan.latency.cloud, document.networks[0].predicted)).toBeLessThan(2e-3);
  });

  test('goes to stdout where no file is named, and nothing with it', async () => {
    const { stdout, exitCode } = await autosplit(folder, [
      'profile',
      '--model',
      'model.onnx',
      '--side',
      'cloud',
      '--rounds',
      '1',
    ]);
    expect(exitCode).toBe(0);
    writeFileSync(path.join(folder, 'printed.yaml'), stdout);
    const { preset } = loadPreset('cloud', path.join(folder, 'printed.yaml'));
    expect(preset).toMatchObject({ name: 'this-machine', kind: 'measured', precision: 'fp32' });
    if (preset.kind !== 'measured') throw new Error('not measured');
    expect(new Set(preset.table.map(({ precision }) => precision))).toEqual(new Set(['fp32']));
  });
});

describe('what cannot be measured is refused, and nothing is written', () => {
  const fail = async (args: string[], files: Record<string, string> = {}) => {
    const empty = scratch();
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(empty, name)), { recursive: true });
      writeFileSync(path.join(empty, name), content);
    }
    const { document, exitCode } = await json<ErrorDocument>(empty, ['profile', ...args]);
    expect(exitCode).toBe(2);
    expect(existsSync(path.join(empty, 'out.yaml'))).toBe(false);
    return document.error;
  };

  test.each<[string, string[], string, RegExp, Record<string, string>?]>([
    ['a model that is not there', ['-m', 'none.onnx', '-o', 'out.yaml'], 'MODEL_NOT_FOUND', /none\.onnx/],
    ['a model that is none', ['-m', 'x.onnx', '-o', 'out.yaml'], 'MODEL_INVALID', /x\.onnx/, { 'x.onnx': 'hello' }],
    ['a config that is not there', ['-c', 'none.yaml', '-o', 'out.yaml'], 'CONFIG_NOT_FOUND', /none\.yaml/],
    ['a model and a config', ['-m', 'x.onnx', '-c', 'y.yaml'], 'USAGE', /exclude each other/],
    ['a shape of nothing', ['--shape', 'x=1x3'], 'USAGE', /--model/],
    ['a shape that is none', ['-m', 'x.onnx', '--shape', 'x=1xN'], 'USAGE', /--shape x=1xN/],
    ['no threads', ['-m', 'x.onnx', '--threads', '0'], 'USAGE', /whole number/],
    ['another side', ['-m', 'x.onnx', '--side', 'fog'], 'USAGE', /fog/],
    ['a folder as output', ['-m', 'x.onnx', '-o', 'out', '--force'], 'OUTPUT_UNSAFE', /is a folder/, { 'out/x': '' }],
    ['an output below a file', ['-m', 'x.onnx', '-o', 'out/y.yaml'], 'OUTPUT_FAILED', /cannot be written/, { out: '' }],
  ])('%s', async (_, args, code, message, files) => {
    expect(await fail(args, files)).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
