import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type BuildFailure, type BuildOptions, build } from 'esbuild';
import { expect, test } from 'vitest';
import autosplit from '../../../src/plugin/entries/esbuild.js';
import { pageProject, touch } from '../project.js';

const USE = { 'use.js': "export { createEdge } from 'autosplit:default';" };

const bundle = (folder: string, options: BuildOptions = {}) =>
  build({
    absWorkingDir: folder,
    entryPoints: ['use.js'],
    bundle: true,
    format: 'esm',
    outdir: 'dist',
    external: ['onnxruntime-web'],
    logLevel: 'silent',
    plugins: [autosplit()],
    ...options,
    metafile: true,
  });

test('files of the side are beside the script, byte for byte, by names with a hash that the script holds', async () => {
  const folder = pageProject(USE);
  const { metafile } = await bundle(folder);
  const script = readFileSync(path.join(folder, 'dist/use.js'), 'utf8');
  const outputs = Object.keys(metafile?.outputs ?? {}).filter((name) => name !== 'dist/use.js');
  expect(outputs.map((name) => name.replace(/-\w{8}\./, '.')).sort()).toEqual([
    'dist/model.onnx',
    'dist/unpack-worker.mjs',
    'dist/weights.bin',
  ]);
  for (const name of outputs) {
    const source = path.join(folder, 'autosplit/edge', path.basename(name.replace(/-\w{8}\./, '.')));
    expect(readFileSync(path.join(folder, name)).equals(readFileSync(source)), name).toBe(true);
    expect(script).toContain(`"./${path.basename(name)}"`);
  }
  // It is not compiled in, so its files are not known.
  expect(script).not.toContain('createPlacedEdge');
});

test('a stale bundle fails with its name, and writes nothing', async () => {
  const folder = pageProject(USE);
  touch(folder, 'autosplit/edge/weights.bin');
  const { errors }: BuildFailure = await bundle(folder).then(
    () => expect.unreachable(),
    (failure) => failure,
  );
  expect(errors).toHaveLength(1);
  expect(errors[0].text).toBe('BUNDLE_STALE: the bundle autosplit is stale: bundle: edge/weights.bin has changed');
  expect(errors[0].notes[0].text).toContain('npx autosplit build');
  expect(existsSync(path.join(folder, 'dist'))).toBe(false);
});

test('scripts that do not know where they lie are refused', async () => {
  const folder = pageProject(USE);
  await expect(bundle(folder, { format: 'iife' })).rejects.toThrow('TARGET_INVALID');
  await expect(bundle(folder, { format: undefined as never, platform: 'node' })).rejects.toThrow('`format: cjs`');
});
