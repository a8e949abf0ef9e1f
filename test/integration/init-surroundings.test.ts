import { expect, test } from 'vitest';
import { detectBundler, runsInBrowser } from '../../src/init/bundler.js';
import { NPMRC_LINE, withNpmrcLine } from '../../src/init/npmrc.js';
import { schemaPath } from '../../src/init/schema-path.js';
import { temporaryFolder } from '../util/temporary.js';

test('the bundler that drives the others is named', () => {
  expect(detectBundler({ devDependencies: { vite: '7', rollup: '4', esbuild: '0.25' } })?.name).toBe('vite');
  expect(detectBundler({ dependencies: { '@rspack/cli': '1', webpack: '5' } })?.lines).toEqual([
    "import autosplit from 'autosplit/rspack';",
    'plugins: [autosplit()],',
  ]);
  expect(detectBundler({ dependencies: { express: '5' } })).toBeUndefined();
});

test('onnxruntime-web is for browsers', () => {
  expect(runsInBrowser({ dependencies: { 'onnxruntime-web': '1.30' } })).toBe(true);
  expect(runsInBrowser({ devDependencies: { vite: '7' } })).toBe(false);
});

test('the line in .npmrc is added once, and leaves another choice alone', () => {
  expect(withNpmrcLine('')).toBe(`${NPMRC_LINE}\n`);
  expect(withNpmrcLine('a=b')).toBe(`a=b\n${NPMRC_LINE}\n`);
  expect(withNpmrcLine(withNpmrcLine('a=b\n'))).toBe(`a=b\n${NPMRC_LINE}\n`);
  expect(withNpmrcLine('onnxruntime-node-install=auto\n')).toBe('onnxruntime-node-install=auto\n');
});

test('the schema is that of the nearest installed autosplit', () => {
  const root = temporaryFolder({ 'node_modules/autosplit/schemas/config.schema.json': '{}', 'apps/a/x': '' });
  expect(schemaPath(root)).toBe('./node_modules/autosplit/schemas/config.schema.json');
  expect(schemaPath(`${root}/apps/a`)).toBe('../../node_modules/autosplit/schemas/config.schema.json');
  expect(schemaPath(temporaryFolder())).toBe('./node_modules/autosplit/schemas/config.schema.json');
});
