import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';
import { type ErrorDocument, filesOf, json, type Patch, project, root } from './project.js';

const WEB: Patch = { edge: { target: 'onnxruntime-web' } };

interface Build {
  verification: { samples: number; wireBytes: number; outputDifference: number; unlikeNative: number | null };
}

let folder: string;
let build: Build;
let files: Record<string, Buffer>;

const read = (name: string) => readFileSync(path.join(folder, 'autosplit', name), 'utf8');

beforeAll(async () => {
  folder = project(WEB);
  build = (await json<Build>(folder, ['build'])).document;
  files = filesOf(path.join(folder, 'autosplit'));
});

test('the edge side runs on WebAssembly inside Node.js, and sends what native kernels send', () => {
  expect(build.verification).toMatchObject({ samples: 6, outputDifference: 0, unlikeNative: 0 });
  expect(build.verification.wireBytes).toBeGreaterThan(0);
});

test('the edge side has the files of a page, and nothing of Node.js', () => {
  const edge = Object.keys(files)
    .filter((name) => name.startsWith('edge/'))
    .sort();
  const names = [
    'README.md',
    'edge.d.mts',
    'edge.mjs',
    'model.onnx',
    'package.json',
    'unpack-worker.mjs',
    'weights.bin',
  ];
  expect(edge).toEqual(names.map((name) => `edge/${name}`));
  const { dependencies, engines } = JSON.parse(read('edge/package.json'));
  expect({ dependencies, engines }).toEqual({ dependencies: { 'onnxruntime-web': '1.30' }, engines: undefined });
  for (const name of ['edge/edge.mjs', 'edge/unpack-worker.mjs']) {
    const code = read(name);
    for (const foreign of [
      /node:/,
      /['"]sharp['"]/,
      /\bprocess\./,
      /\bBuffer\./,
      /\brequire\(/,
      /\beval\(/,
      /new Function/,
      /createObjectURL/,
    ])
      expect(code).not.toMatch(foreign);
  }
  expect(JSON.parse(read('split-manifest.json')).targets).toEqual({ edge: 'onnxruntime-web', cloud: 'node' });
});

test('its declarations hold for pages, without the types of Node.js', async () => {
  const use = path.join(folder, 'use.mts');
  await writeFile(
    use,
    `import { createEdge, type LoadProgress } from './autosplit/edge/edge.mjs';
    const edge = await createEdge({
      cloud: 'https://cloud.example',
      executionProviders: ['webgpu', 'wasm'],
      threads: 4,
      assets: '/edge/',
      wasmPaths: '/ort/',
      onProgress: ({ stage, loaded, total }: LoadProgress) => console.log(stage, loaded / total),
    });
    export const logits: Float32Array = (await edge.infer({ image: new Float32Array(3 * 64 * 192) })).outputs.logits;
    // @ts-expect-error no such provider
    await createEdge({ cloud: 'https://cloud.example', executionProviders: ['cuda'] });
    `,
  );
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  const flags = [
    '--noEmit',
    '--strict',
    '--target',
    'es2022',
    '--module',
    'nodenext',
    '--lib',
    'es2022,dom',
    '--types',
    '',
  ];
  const { stdout, exitCode } = await execa(process.execPath, [tsc, ...flags, use], { reject: false, cwd: folder });
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 });
});

test('a page that computes nothing names neither files nor onnxruntime-web, and writes JPEG with a canvas', async () => {
  const cloudOnly = project({ ...WEB, split: 'cloud-only', input: { encoding: 'jpeg:90' } });
  const { verification } = (await json<Build>(cloudOnly, ['build'])).document;
  expect(verification).toMatchObject({ samples: 6, outputDifference: 0 });
  const names = Object.keys(filesOf(path.join(cloudOnly, 'autosplit')))
    .filter((name) => name.startsWith('edge/'))
    .sort();
  expect(names).toEqual(['edge/README.md', 'edge/edge.d.mts', 'edge/edge.mjs', 'edge/package.json']);
  const code = readFileSync(path.join(cloudOnly, 'autosplit/edge/edge.mjs'), 'utf8');
  expect(code).not.toMatch(/onnxruntime-web|new URL\("?\.?\//);
});

test('an encoding that browsers do not write is refused by name', async () => {
  const { document, exitCode } = await json<ErrorDocument>(project({ ...WEB, input: { encoding: 'png' } }), ['plan']);
  expect(exitCode).toBe(2);
  expect(document.error).toMatchObject({
    code: 'TARGET_INVALID',
    message: 'input.encoding: the target onnxruntime-web has no png',
    hint: 'onnxruntime-web has raw, deflate, arithmetic, jpeg',
  });
});
