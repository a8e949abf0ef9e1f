import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import {
  BUILT_IN,
  CLOUD_TARGETS,
  EDGE_TARGETS,
  modelTarget,
  referenceCloud,
  referenceEdge,
} from '../../src/targets/index.js';
import { REGISTRY } from '../../src/targets/registry.gen.js';

const folders = readdirSync('src/targets', { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

test('every folder of src/targets is a target of its name, and nothing else is', () => {
  expect(REGISTRY.map(({ default: target }) => target.name)).toEqual(folders.sort());
  expect([...BUILT_IN.edge, ...BUILT_IN.cloud].sort()).toEqual(folders.sort());
  expect(EDGE_TARGETS.every(({ side }) => side === 'edge')).toBe(true);
  expect(CLOUD_TARGETS.every(({ side }) => side === 'cloud')).toBe(true);
});

test('one target each runs what others do not say how to run', () => {
  expect(referenceEdge('native').run).toBeDefined();
  expect(referenceEdge('wasm').run).toBeDefined();
  expect(referenceCloud().serve).toBeDefined();
  expect(modelTarget().weights.held).toBe('packed');
});

test('registry, schemas and docs are what the folders give', async () => {
  await promisify(execFile)(process.execPath, ['scripts/generate-types.mjs', '--check']);
});

/** Files that use the name of a target for something else, such as the package of that name, and why. */
const OTHERWISE: Record<string, string> = {
  'benchmark/machine.ts': 'the version of the package that is timed',
  'init/npmrc.ts': 'the setting by which the package downloads no CUDA libraries',
  'inference/measure.ts': 'runs models with the package',
  'inference/session.ts': 'runs models with the packages',
  'inference/worker.ts': 'runs models with the package',
  'pipeline/cache.ts': 'results hang on the version of the package',
  'plugin/edge-side.ts': 'packages of native code that no bundler takes in',
  'plugin/hosts/esbuild.ts': 'finds the WebAssembly of the package',
  'plugin/hosts/rollup.ts': 'finds the WebAssembly of the package',
  'plugin/hosts/vite.ts': 'keeps Vite from bundling the package',
};

test('a target is named in its folder alone', () => {
  const quoted = new RegExp(`['"\`](${BUILT_IN.edge.join('|')})\\b`);
  const naming = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => file.endsWith('.ts') && !/^(targets\/|runtime\/)/.test(file) && !file.endsWith('.gen.ts'))
    .filter((file) => quoted.test(readFileSync(path.join('src', file), 'utf8')));
  expect(naming.sort()).toEqual(Object.keys(OTHERWISE).sort());
});
