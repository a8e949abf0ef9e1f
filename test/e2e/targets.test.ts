import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import type { SplitManifest } from '../../src/bundle/manifest.js';
import type { SplitSpec } from '../../src/runtime/spec.js';
import { targetPackages as packages } from '../docs/packages.js';
import { addFiles } from '../util/temporary.js';
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
  UNLABELLED,
} from './project.js';

/** A project with these packages installed, and nothing else. */
function projectWith(patch: Patch, files: Readonly<Record<string, string>> = packages): string {
  const folder = project({ ...UNLABELLED, input: undefined, ...patch });
  rmSync(path.join(folder, 'node_modules'));
  mkdirSync(path.join(folder, 'node_modules'));
  addFiles(path.join(folder, 'node_modules'), files);
  return folder;
}

const manifestOf = (folder: string): SplitManifest =>
  JSON.parse(readFileSync(path.join(folder, 'autosplit/split-manifest.json'), 'utf8'));
const textOf = (folder: string, file: string) => readFileSync(path.join(folder, 'autosplit', file), 'utf8');

test('the docs hold two whole packages', () => {
  expect(Object.keys(packages).sort()).toEqual([
    'autosplit-target-firmware/index.js',
    'autosplit-target-firmware/index.test.js',
    'autosplit-target-firmware/package.json',
    'autosplit-target-firmware/simulate.mjs',
    'autosplit-target-gateway/index.js',
    'autosplit-target-gateway/index.test.js',
    'autosplit-target-gateway/package.json',
    'autosplit-target-gateway/server.mjs',
  ]);
});

describe('both targets of the docs', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await built(projectWith({ edge: { target: 'firmware' }, cloud: { target: 'autosplit-target-gateway' } }));
  });

  test('write what they say, and are run to be verified', () => {
    const manifest = manifestOf(folder);
    expect(manifest.targets).toEqual({ edge: 'firmware', cloud: 'gateway' });
    expect(manifest.decision).toBe('split');
    expect(manifest.verification).toMatchObject({ samples: 6, outputDifference: 0 });
    expect(manifest.verification?.wireBytes).toBeGreaterThan(0);
    expect(manifest.verification).not.toHaveProperty('notRun');
    const halves = Object.keys(manifest.files).filter((name) => name.includes('/'));
    const edge = ['edge/README.md', 'edge/model.onnx', 'edge/scales.bin', 'edge/split.h', 'edge/split.json'];
    expect(halves).toEqual([
      'cloud/README.md',
      'cloud/model.onnx',
      'cloud/server.mjs',
      'cloud/split.json',
      'cloud/weights.bin',
      ...edge,
    ]);
    expect(textOf(folder, 'edge/split.h')).toContain(`#define SPLIT_DIGEST "${manifest.digest}"`);
  });

  test('are planned by what they can do', () => {
    const { plan, wire } = manifestOf(folder);
    // No kernel for Concat, neither in integers nor in float.
    const concat = plan.layers.filter(({ op }) => op === 'Concat');
    expect(concat.map(({ placement, edgeSeconds }) => [placement, edgeSeconds])).toEqual(
      concat.map(() => ['cloud', null]),
    );
    for (const { placement, weightBits } of plan.layers)
      if (placement === 'edge') expect([4, 8, null]).toContain(weightBits);
    expect(wire.map(({ encoding }) => encoding)).toEqual(wire.map(() => 'raw'));
  });

  test('work together as a user starts them', async () => {
    const spec: SplitSpec = JSON.parse(textOf(folder, 'edge/split.json'));
    const modules = path.join(folder, 'node_modules');
    // Deployed, each has its runtime installed.
    const copy = copyOf(folder);
    rmSync(path.join(copy, 'node_modules'), { recursive: true });
    addFiles(copy, { 'simulate.mjs': readFileSync(path.join(modules, 'autosplit-target-firmware/simulate.mjs')) });
    const resolver = ['--import', path.resolve('dist/verify-resolve.mjs')];
    const [{ name, shape }] = spec.inputs;
    const image = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i / 50));
    const input = `${JSON.stringify({ [name]: Buffer.from(image.buffer).toString('base64') })}\n`;
    const simulated = await execa(process.execPath, [...resolver, '../../simulate.mjs'], {
      cwd: path.join(copy, 'autosplit/edge'),
      input,
    });
    const { wire } = JSON.parse(simulated.stdout) as { wire: Record<string, string> };

    const server = execa(process.execPath, [...resolver, 'server.mjs', '0'], {
      cwd: path.join(copy, 'autosplit/cloud'),
      reject: false,
    });
    const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
    const codes = spec.wire.map((tensor) => Buffer.from(wire[tensor.name], 'base64'));
    expect(codes.map(({ length }) => length)).toEqual(spec.wire.map(({ packedBytes }) => packedBytes));
    const head = (digest: string) =>
      JSON.stringify({
        parameters: { autosplit_digest: digest },
        inputs: spec.wire.map((tensor) => ({
          name: tensor.cloudInput ?? tensor.name,
          datatype: 'UINT8',
          shape: [tensor.packedBytes],
          parameters: { binary_data_size: tensor.packedBytes },
        })),
      });
    const post = (digest: string) =>
      fetch(`${line.replace('listening on ', '')}/v2/models/default/infer`, {
        method: 'POST',
        headers: { 'inference-header-content-length': String(head(digest).length) },
        body: Buffer.concat([Buffer.from(head(digest)), ...codes]),
      });
    const { outputs } = (await (await post(spec.digest)).json()) as { outputs: { name: string; data: number[] }[] };
    expect(outputs.map((output) => [output.name, output.data.length])).toEqual([['logits', 35 * 24]]);
    expect((await post('0'.repeat(64))).status).toBe(409);
    server.kill();
    await server;
  });

  test('give the same bundle in another folder, and a rebuild says so', async () => {
    const copy = copyOf(folder);
    renameSync(path.join(copy, 'autosplit'), path.join(copy, 'before'));
    await built(copy);
    expect(digestsOf(path.join(copy, 'autosplit'))).toEqual(digestsOf(path.join(folder, 'autosplit')));
    expect(JSON.stringify(manifestOf(copy))).not.toContain(copy);
    expect((await autosplit(copy, ['check', '--rebuild', '--quiet'])).exitCode).toBe(0);
  });

  test('make it stale when they change, each by its name', async () => {
    const copy = copyOf(folder);
    expect((await autosplit(copy, ['check'])).stdout).toBe('autosplit is fresh');
    const own = path.join(copy, 'node_modules/autosplit-target-firmware');
    addFiles(own, { 'node_modules/dependency/index.js': 'what it depends on is not looked at' });
    expect((await autosplit(copy, ['check'])).stdout).toBe('autosplit is fresh');
    // What has changed is known without running it.
    writeFileSync(path.join(own, 'simulate.mjs'), 'throw new Error();');
    writeFileSync(path.join(own, 'index.js'), 'throw new Error();');
    const other = path.join(copy, 'node_modules/autosplit-target-gateway/package.json');
    writeFileSync(other, readFileSync(other, 'utf8').replace('1.0.0', '1.1.0'));
    const { document, exitCode } = await json<{ changes: string[] }>(copy, ['check']);
    expect(document.changes).toEqual([
      'edge target autosplit-target-firmware: its files have changed',
      'cloud target autosplit-target-gateway: version 1.0.0 -> 1.1.0',
    ]);
    expect(exitCode).toBe(1);
  });
});

describe('a half of autosplit beside one of others', () => {
  test('the edge half of autosplit asks the server of the gateway over HTTP', async () => {
    const folder = projectWith({ cloud: { target: 'gateway' } });
    const { document } = await json<{ verification: object }>(folder, ['build', '--quiet']);
    expect(document.verification).toMatchObject({ outputDifference: 0 });
    const { wire, targets, verification } = manifestOf(folder);
    expect(targets).toEqual({ edge: 'simulated', cloud: 'gateway' });
    expect(verification).not.toHaveProperty('notRun');
    for (const { encoding } of wire) expect(['raw', 'deflate']).toContain(encoding);
  });

  test('a server that answers something else fails the build', async () => {
    const server = packages['autosplit-target-gateway/server.mjs'].replace(
      'data: [...data].map(Number)',
      'data: [...data].map((value) => Number(value) + 1)',
    );
    const folder = projectWith(
      { cloud: { target: 'gateway' } },
      { ...packages, 'autosplit-target-gateway/server.mjs': server },
    );
    const before = readdirSync(folder);
    const { document, exitCode } = await json<ErrorDocument>(folder, ['build', '--quiet', '--output', 'some/where']);
    expect([document.error.code, exitCode]).toEqual(['VERIFICATION_FAILED', 1]);
    expect(document.error.message).toMatch(/output "logits" differs/);
    // The staged bundle is gone, and so are the folders that were made for it.
    expect(readdirSync(folder)).toEqual(before);
  });

  test('firmware that sends other codes fails the build', async () => {
    const simulate = packages['autosplit-target-firmware/simulate.mjs'].replace(
      '?? code)',
      '?? code).map((code) => code ^ 1)',
    );
    const folder = projectWith(
      { edge: { target: 'firmware' } },
      { ...packages, 'autosplit-target-firmware/simulate.mjs': simulate },
    );
    const { document } = await json<ErrorDocument>(folder, ['build', '--quiet']);
    expect(document.error).toMatchObject({
      code: 'VERIFICATION_FAILED',
      message: expect.stringMatching(/codes of .* on the wire differ/),
    });
  });
});

test('halves that their targets do not say how to run are said not to have run', async () => {
  const without = (file: string, line: RegExp) => ({ [file]: packages[file].replace(line, '') });
  const folder = projectWith(
    { edge: { target: 'firmware' }, cloud: { target: 'gateway' } },
    {
      ...packages,
      ...without('autosplit-target-firmware/index.js', /^ {2}run:.*$/m),
      ...without('autosplit-target-gateway/index.js', /^ {2}serve:.*$/m),
    },
  );
  const { stdout, exitCode } = await autosplit(folder, ['build']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('neither side was run, because their targets do not say how');
  expect(stdout).not.toContain('server.mjs --port');
  const { verification } = manifestOf(folder);
  expect(verification).toMatchObject({ notRun: ['edge', 'cloud'], outputDifference: 0 });
  expect(textOf(folder, 'report.html')).toContain('neither side was run');
});

test('a module of the project is a target; one export serves both sides', async () => {
  const folder = projectWith({ edge: { target: './targets/pair.ts' }, cloud: { target: './targets/pair.ts' } }, {});
  const pair = `import { defineCloudTarget, defineEdgeTarget, type CloudSide } from 'autosplit';
const cloud = ({ model, spec }: CloudSide) => ({ 'deep/er/model.onnx': model.onnx(), 'name.txt': spec.name });
export default {
  edge: defineEdgeTarget({ name: 'device', description: 'A device.', files: (half) => ({ ...half.model?.files }) }),
  cloud: defineCloudTarget({ name: 'shelf', description: 'A folder.', files: cloud }),
};
`;
  addFiles(folder, { 'targets/pair.ts': pair });
  await built(folder);
  const manifest = manifestOf(folder);
  expect(manifest.targets).toEqual({ edge: 'device', cloud: 'shelf' });
  expect(manifest.inputs.targets).toMatchObject({
    edge: { name: 'targets/pair.ts' },
    cloud: { name: 'targets/pair.ts' },
  });
  expect(Object.keys(manifest.files)).toEqual(
    expect.arrayContaining(['cloud/deep/er/model.onnx', 'cloud/name.txt', 'edge/weights.bin']),
  );
  addFiles(folder, { 'targets/pair.ts': `${pair}// changed\n` });
  expect((await json<{ changes: string[] }>(folder, ['check'])).document.changes).toEqual([
    'edge target targets/pair.ts: its files have changed',
    'cloud target targets/pair.ts: its files have changed',
  ]);
});

test('what cannot be a target is an error at its place in the config', async () => {
  const folder = projectWith({ edge: { target: 'gateway' } });
  const { stderr, exitCode } = await autosplit(folder, ['plan', '--quiet']);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/TARGET_INVALID.*gateway is a target of the cloud side/);
  expect(stderr).toMatch(/autosplit\.config\.yaml:\d+:\d+/);
  configure(folder, { edge: { target: './none.mjs' } });
  const missing = await json<ErrorDocument>(folder, ['check']);
  expect(missing.document.error).toMatchObject({
    code: 'TARGET_INVALID',
    message: expect.stringContaining('no package at ./none.mjs'),
  });
});

test('a program that computes everything answers with the outputs', async () => {
  const index = packages['autosplit-target-firmware/index.js'].replace(/^ {2}(operators|floatOperators):.*$/gm, '');
  const patch = { edge: { target: 'firmware', memory: '1 MB' }, split: 'edge-only' };
  const folder = await built(projectWith(patch, { ...packages, 'autosplit-target-firmware/index.js': index }));
  const { targets, verification, files } = manifestOf(folder);
  expect(targets).toEqual({ edge: 'firmware' });
  expect(verification).toMatchObject({ wireBytes: 0, outputDifference: 0 });
  expect(verification).not.toHaveProperty('notRun');
  expect(Object.keys(files).filter((name) => name.startsWith('cloud/'))).toEqual([]);
});

test('a target that makes nothing of its half says so, and nothing is written', async () => {
  const folder = projectWith({ edge: { target: 'firmware' }, split: 'cloud-only' });
  const { document, exitCode } = await json<ErrorDocument>(folder, ['build', '--quiet']);
  expect(document.error).toMatchObject({
    code: 'TARGET_INVALID',
    message: 'the edge target firmware could not make its files: the plan leaves nothing for the board to compute',
  });
  expect(exitCode).toBe(2);
  expect(existsSync(path.join(folder, 'autosplit'))).toBe(false);
});

test('what a target cannot run is no answer to any question', async () => {
  const folder = projectWith({ edge: { target: 'firmware' } });
  const { document } = await json<{ methods: { name: string }[] }>(folder, ['compare', '--quiet']);
  expect(document.methods.map(({ name }) => name)).toContain('qdmp');
  expect(document.methods.map(({ name }) => name)).not.toContain('edge-only');
  expect((await autosplit(folder, ['explain', '--quiet'])).exitCode).toBe(0);
  expect((await autosplit(folder, ['plan', '--quiet', '--solver', 'highs'])).exitCode).toBe(0);
});
