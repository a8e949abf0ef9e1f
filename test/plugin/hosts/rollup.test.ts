import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { inRollup } from '../../../src/plugin/hosts/rollup.js';
import { pageProject } from '../project.js';

/** What Rollup gives to hooks, and what it was told. */
function bundler(external = false) {
  const emitted: { name: string; source: Uint8Array }[] = [];
  const watched: string[] = [];
  const context = {
    meta: { watchMode: false },
    addWatchFile: (file: string) => watched.push(file),
    emitFile: (file: { name: string; source: Uint8Array }) => `r${emitted.push(file)}`,
    resolve: async (id: string) => ({
      id: external ? id : path.resolve('node_modules/onnxruntime-web/dist/ort.wasm.bundle.min.mjs'),
      external,
    }),
  };
  return { context, emitted, watched };
}

function hooksIn(folder: string, context: object) {
  const { resolveId, transform, buildStart } = inRollup({ cwd: folder });
  if (typeof resolveId !== 'object' || typeof transform !== 'object' || !buildStart)
    throw new Error('hooks are missing');
  return {
    start: () => buildStart.call(context as never),
    resolve: (id: string, importer?: string) =>
      resolveId.handler.call(context as never, id, importer, { isEntry: false }),
    async transform(file: string) {
      const result = await transform.handler.call(context as never, readFileSync(file, 'utf8'), file);
      return typeof result === 'object' ? (result?.code ?? undefined) : result;
    },
  };
}

test('a side for browsers: its files and those of onnxruntime-web are assets that the code refers to', async () => {
  const folder = pageProject();
  const { context, emitted, watched } = bundler();
  const hooks = hooksIn(folder, context);
  await hooks.start();
  const file = String(await hooks.resolve('autosplit:default'));
  expect(file).toBe(`${folder}/autosplit/edge/edge.mjs`);
  const code = await hooks.transform(file);
  const names = [
    'default.onnx',
    'default-weights.bin',
    'unpack-weights.js',
    'ort-wasm-simd-threaded.mjs',
    'ort-wasm-simd-threaded.wasm',
  ];
  expect(emitted.map(({ name }) => name)).toEqual(names);
  for (let i = 1; i <= names.length; i++)
    expect(code).toContain(`new URL(import.meta.ROLLUP_FILE_URL_r${i}, import.meta.url)`);
  expect(emitted[1].source).toEqual(readFileSync(path.join(folder, 'autosplit/edge/weights.bin')));
  expect(watched).toContain(`${folder}/autosplit.config.yaml`);
  // Another module of that name is none of ours.
  expect(await hooks.transform(path.resolve('examples/browser/autosplit/edge/edge.mjs'))).toBeUndefined();
});

test('what onnxruntime-web brings along is not emitted where it stays outside', async () => {
  const { context, emitted } = bundler(true);
  const hooks = hooksIn(pageProject(), context);
  await hooks.transform(String(await hooks.resolve('autosplit:default')));
  expect(emitted).toHaveLength(3);
});

test('a side for Node.js keeps native packages outside, and no one else by it', async () => {
  const folder = path.resolve(pageProject(), '../license-plates');
  const { context, emitted } = bundler();
  const hooks = hooksIn(folder, context);
  const file = String(await hooks.resolve('autosplit:default'));
  expect(await hooks.resolve('onnxruntime-node', file)).toEqual({ id: 'onnxruntime-node', external: true });
  expect(await hooks.resolve('onnxruntime-node', '/elsewhere.js')).toBeUndefined();
  const code = await hooks.transform(file);
  expect(emitted.map(({ name }) => name)).toEqual(['default.onnx', 'default-weights.bin']);
  expect(code).toContain('import.meta.ROLLUP_FILE_URL_r2');
});
