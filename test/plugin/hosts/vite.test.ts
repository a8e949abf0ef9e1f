import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build, createServer } from 'vite';
import { expect, test } from 'vitest';
import autosplit from '../../../src/plugin/entries/vite.js';
import { pageProject, touch } from '../project.js';

const FILES = {
  'use.js': "export { createEdge } from 'autosplit:default';",
  'index.html': '<script type="module" src="/use.js"></script>',
};

const bundle = (root: string, base?: string) =>
  build({
    root,
    ...(base !== undefined && { base }),
    configFile: false,
    logLevel: 'silent',
    build: {
      lib: { entry: 'use.js', formats: ['es'], fileName: 'use' },
      rolldownOptions: { external: /^onnxruntime-web/ },
      minify: false,
    },
    plugins: [autosplit()],
  });

test('files of the side are assets, never inlined', async () => {
  const folder = pageProject(FILES);
  const results = await bundle(folder);
  const outputs = (Array.isArray(results) ? results : [results]).flatMap((result) =>
    'output' in result ? result.output : [],
  );
  const assets = outputs.filter((output) => output.type === 'asset');
  const withoutHash = (name: string) => path.basename(name).replace(/-[\w-]{8}\./, '.');
  expect(assets.map(({ fileName }) => withoutHash(fileName)).sort()).toEqual([
    'default-weights.bin',
    'default.onnx',
    'unpack-weights.js',
  ]);
  const model = assets.find(({ fileName }) => fileName.endsWith('.onnx'));
  expect(Buffer.from(model?.source ?? '').equals(readFileSync(path.join(folder, 'autosplit/edge/model.onnx')))).toBe(
    true,
  );
  const [script] = outputs.filter((output) => output.type === 'chunk');
  expect(script.code).toContain(path.basename(model?.fileName ?? ''));
  expect(script.code).not.toContain('data:application');
});

test('files of a library are found beside its script, unless a base is given', async () => {
  const folder = pageProject(FILES);
  const addressed = async (base?: string) => {
    await bundle(folder, base);
    const code = readFileSync(path.join(folder, 'dist/use.mjs'), 'utf8');
    return /["'`]([^"'`\s]*default\.onnx)["'`]/.exec(code)?.[1];
  };
  expect(await addressed()).toBe('default.onnx');
  expect(await addressed('/static/')).toBe('/static/default.onnx');
});

test('a stale bundle fails a build by the name of what has changed', async () => {
  const folder = pageProject(FILES);
  touch(folder, '../license-plates/data/val.csv');
  await expect(bundle(folder)).rejects.toThrow(
    'BUNDLE_STALE: the bundle autosplit is stale: validation: ../license-plates/data/val.csv has changed',
  );
});

test('a dev server serves the runtime as it lies there', async () => {
  const folder = pageProject(FILES);
  const server = await createServer({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    server: { middlewareMode: true, ws: false },
    plugins: [autosplit()],
  });
  try {
    expect(server.config.optimizeDeps.exclude).toContain('onnxruntime-web');
    const found = await server.environments.client.pluginContainer.resolveId(
      'autosplit:default',
      path.join(folder, 'use.js'),
    );
    expect(found?.id).toBe(path.join(folder, 'autosplit/edge/edge.mjs'));
    expect(
      await server.environments.client.pluginContainer.resolveId('sharp', path.join(folder, 'use.js')),
    ).not.toMatchObject({
      external: true,
    });
  } finally {
    await server.close();
  }
});
