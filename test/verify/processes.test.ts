import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, expect, test } from 'vitest';
import type { SplitSpec } from '../../src/runtime/spec.js';
import { bytesOf } from '../../src/runtime/types.js';
import type { Sample } from '../../src/verify/job.js';
import { runSides } from '../../src/verify/processes.js';
import {
  exampleInputs,
  expected,
  imageModelFile,
  imageSpec,
  SHAPE,
  splitFiles,
  splitSpec,
  writeBundle,
} from '../runtime/fixture.js';

const folders: string[] = [];
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

async function bundle(...args: Parameters<typeof writeBundle>): Promise<string> {
  const folder = await writeBundle(...args);
  folders.push(folder);
  return folder;
}

function sampleOf(seed: number): Sample {
  const { x, mask } = exampleInputs(seed);
  return {
    x: { dtype: 'float32', shape: SHAPE, bytes: bytesOf(x) },
    mask: { dtype: 'bool', shape: SHAPE, bytes: mask },
  };
}

test('a split runs in two processes as it computes on paper', async () => {
  const folder = await bundle(splitSpec, splitFiles());
  const results = await runSides({
    bundle: folder,
    spec: splitSpec,
    samples: [0, 1, 2].map(sampleOf),
    timeoutSeconds: 600,
  });
  expect(results).toHaveLength(3);
  for (const [seed, { wire, outputs }] of results.entries()) {
    const inputs = exampleInputs(seed);
    const right = expected(inputs);
    expect([...wire.h]).toEqual([...right.packed]);
    expect([...wire.mask]).toEqual([...inputs.mask]);
    expect(outputs.y).toEqual({ name: 'y', dtype: 'float32', shape: SHAPE, bytes: bytesOf(right.y) });
    expect([...outputs.best.bytes]).toEqual([...bytesOf(right.best)]);
    const early = new Float32Array(outputs.early.bytes.slice().buffer);
    expect(early[0]).toBeCloseTo(right.early[0], 5);
    expect(early[1]).toBeCloseTo(right.early[1], 5);
  }
});

test.each([1, 3])('a JPEG reaches the cloud model as sharp decodes it, %i channels', async (channels) => {
  const spec = imageSpec('jpeg:90', channels);
  const codes = Uint8Array.from({ length: channels * 384 }, (_, i) => 20 + ((i % 24) * 7 + ((i % 384) / 24) * 3) / 2);
  const values = Float32Array.from(codes, (code) => 0.5 * (code - 10));
  const folder = await bundle(spec, { cloud: { 'model.onnx': imageModelFile(channels) } });
  const samples = [{ image: { dtype: 'float32' as const, shape: spec.inputs[0].shape, bytes: bytesOf(values) } }];
  const [{ wire, outputs }] = await runSides({ bundle: folder, spec, samples, timeoutSeconds: 600 });

  const pixels = Uint8Array.from(codes, (_, i) => codes[(i % channels) * 384 + Math.floor(i / channels)]);
  const jpeg = await sharp(pixels, { raw: { width: 24, height: 16, channels: channels as 1 | 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
  const decoded = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  const right = Array.from(codes, (_, i) => decoded.data[(i % 384) * decoded.info.channels + Math.floor(i / 384)]);
  expect([...wire.image]).toEqual(right);
  expect([...new Float32Array(outputs.codes.bytes.slice().buffer)]).toEqual(right);
});

test('an edge-only bundle needs no cloud side', async () => {
  const spec: SplitSpec = {
    ...splitSpec,
    decision: 'edge-only',
    inputs: splitSpec.inputs.slice(0, 1),
    outputs: splitSpec.outputs.slice(1, 2),
    wire: [],
    cloudOutputs: [],
  };
  const folder = await bundle(spec, { edge: splitFiles().edge });
  const { x } = sampleOf(0);
  const [{ wire, outputs }] = await runSides({ bundle: folder, spec, samples: [{ x }], timeoutSeconds: 600 });
  expect(wire).toEqual({});
  expect(Object.keys(outputs)).toEqual(['early']);
});

test('what a failing side says reaches the message', async () => {
  const folder = await bundle(splitSpec, splitFiles());
  const run = () => runSides({ bundle: folder, spec: splitSpec, samples: [sampleOf(0)], timeoutSeconds: 600 });
  await writeFile(join(folder, 'edge/weights.bin'), 'short');
  await expect(run()).rejects.toMatchObject({
    code: 'VERIFICATION_FAILED',
    message: expect.stringMatching(/edge side failed.*weights\.bin has 5 bytes/s),
  });
  await writeFile(join(folder, 'cloud/model.onnx'), 'not a model');
  await expect(run()).rejects.toMatchObject({
    code: 'VERIFICATION_FAILED',
    message: expect.stringMatching(/cloud side failed/),
  });
});

test('a side that does not end in time is killed', async () => {
  const folder = await bundle(splitSpec, splitFiles());
  await writeFile(join(folder, 'cloud/server.mjs'), 'setInterval(() => {}, 1000);');
  await expect(
    runSides({ bundle: folder, spec: splitSpec, samples: [sampleOf(0)], timeoutSeconds: 1 }),
  ).rejects.toMatchObject({
    code: 'VERIFICATION_FAILED',
    message: expect.stringMatching(/cloud side did not finish within 1 s/),
  });
});

test('sides of different splits refuse to work together', async () => {
  const folder = await bundle(splitSpec, splitFiles());
  const other = await bundle({ ...splitSpec, digest: 'c'.repeat(64) }, splitFiles());
  await cp(join(other, 'edge'), join(folder, 'edge'), { recursive: true });
  await expect(
    runSides({ bundle: folder, spec: splitSpec, samples: [sampleOf(0)], timeoutSeconds: 600 }),
  ).rejects.toMatchObject({
    code: 'VERIFICATION_FAILED',
    message: expect.stringMatching(/runs another split/),
  });
});

test('an edge side that is a program answers codes, which are sent on to the cloud side', async () => {
  const folder = await bundle(splitSpec, { cloud: splitFiles().cloud });
  const inputs = exampleInputs(3);
  const right = expected(inputs);
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const answer = {
    wire: { h: base64(right.packed), mask: base64(inputs.mask) },
    outputs: { early: base64(bytesOf(right.early)) },
  };
  // It runs in the folder of the side, and reads every sample.
  await mkdir(join(folder, 'edge'), { recursive: true });
  await writeFile(join(folder, 'edge/answer.json'), JSON.stringify(answer));
  const program = `const { readFileSync } = require('node:fs');
for (const line of readFileSync(0, 'utf8').trim().split('\\n')) if (JSON.parse(line).x) console.log(readFileSync('answer.json', 'utf8'));`;
  const options = { bundle: folder, spec: splitSpec, samples: [sampleOf(3), sampleOf(3)], timeoutSeconds: 600 };
  const results = await runSides({ ...options, edge: { command: ['node', '-e', program] } });
  expect(results).toHaveLength(2);
  expect([...results[1].wire.h]).toEqual([...right.packed]);
  expect(results[1].outputs.y).toEqual({ name: 'y', dtype: 'float32', shape: SHAPE, bytes: bytesOf(right.y) });
  expect([...results[1].outputs.early.bytes]).toEqual([...bytesOf(right.early)]);

  const failing = (edge: { command: string[] }) => expect(runSides({ ...options, edge })).rejects;
  await failing({ command: ['node', '-e', 'console.error("no board"); process.exit(3)'] }).toMatchObject({
    code: 'VERIFICATION_FAILED',
    message: 'the generated edge side failed: no board',
  });
  await failing({ command: ['no-such-simulator'] }).toMatchObject({
    message: expect.stringMatching(/edge side failed: .*no-such-simulator/),
  });
});

test('a server that is not there, or ends at once, is the cloud side that failed', async () => {
  const folder = await bundle(splitSpec, splitFiles());
  const serving = (...serve: string[]) =>
    expect(runSides({ bundle: folder, spec: splitSpec, samples: [sampleOf(0)], timeoutSeconds: 600, serve })).rejects;
  await serving('no-such-server').toMatchObject({
    message: expect.stringMatching(/cloud side failed: .*no-such-server/),
  });
  await serving('node', '-e', '0').toMatchObject({
    message: 'the generated cloud side ended before the samples were through',
  });
});
