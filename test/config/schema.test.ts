import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, expectTypeOf, test } from 'vitest';
import { parse } from 'yaml';
import { defineConfig, type UserConfig } from '../../src/config/load.js';
import { presets, SMALLEST } from './support.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readJson = (file: string) => JSON.parse(readFileSync(`${root}${file}`, 'utf8'));

test('the generated types are those of the schemas', () => {
  execFileSync(process.execPath, ['scripts/generate-types.mjs', '--check'], { cwd: root, stdio: 'pipe' });
});

/** As editors do: another instance, without the keywords of autosplit. */
const editor = new Ajv2020({ strict: false, allErrors: true });
for (const name of ['preset', 'config']) editor.addSchema(readJson(`schemas/${name}.schema.json`));

test('editors take what autosplit takes', () => {
  const check = editor.getSchema('config.schema.json');
  expect(check?.(parse(SMALLEST)), JSON.stringify(check?.errors)).toBe(true);
  expect(
    check?.(parse(readFileSync(`${root}examples/license-plates/autosplit.config.yaml`, 'utf8'))),
    JSON.stringify(check?.errors),
  ).toBe(true);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: filled in later
  const unfilled = { input: { encoding: '${ENCODING}' }, edge: { preset: 'grid', memory: '${MEMORY}' } };
  expect(check?.({ ...parse(SMALLEST), ...unfilled })).toBe(true);
  expect(check?.({ extends: './base.yaml' })).toBe(true);
  expect(check?.(parse(SMALLEST.replace('network:', 'link:')))).toBe(true);
  expect(check?.(parse(SMALLEST.replace(/^network:.*$/m, '')))).toBe(false);
  expect(check?.({ model: 'a.onnx' })).toBe(false);
  expect(check?.({ ...parse(SMALLEST), edge: { memory: '4 mb' } })).toBe(false);
  for (const file of ['edge/grid', 'edge/board', 'network/slow', 'cloud/rack']) {
    const preset = editor.getSchema('preset.schema.json');
    expect(preset?.(parse(readFileSync(`${presets}/${file}.yaml`, 'utf8'))), JSON.stringify(preset?.errors)).toBe(true);
  }
});

test('a config can override exactly the fields that presets have', () => {
  const preset = readJson('schemas/preset.schema.json').$defs;
  const config = readJson('schemas/config.schema.json').$defs;
  const common = ['aliases', 'version', 'confidence'];
  // What was measured is no matter of a config.
  const measured = ['machine', 'table'];
  // Nor is what else could run there: it names its target.
  const stated = [...measured, 'targets', 'needs'];
  for (const [section, file, own] of [
    ['Edge', 'EdgePresetFile', ['preset', 'target', 'latency']],
    ['Cloud', 'CloudPresetFile', ['preset', 'target', 'latency']],
    ['Link', 'LinkPresetFile', ['preset', 'percentile', 'trace']],
  ] as const) {
    const fields = Object.keys(preset[file].properties).filter((name) => !stated.includes(name));
    expect([...Object.keys(config[section].properties), ...common].sort()).toEqual([...fields, ...own].sort());
  }
  const groups = ['DeviceEnergy', 'MacEnergy', 'Power', 'RadioEnergy', 'Distribution', 'RateSpread', 'TimeSpread'];
  for (const group of ['Array', 'Sram', 'Peak', 'Efficiency', ...groups]) {
    expect(Object.keys(config[group].properties)).toEqual(Object.keys(preset[group].properties));
  }
});

test('defineConfig gives the config back, and knows its type', () => {
  const config = { model: 'a.onnx', deliver: 'edge' as const };
  expect(defineConfig(config)).toBe(config);
  expectTypeOf(defineConfig).parameter(0).toEqualTypeOf<UserConfig>();
  // @ts-expect-error: no such side
  defineConfig({ deliver: 'egde' });
  // @ts-expect-error: no such key
  defineConfig({ deliverr: 'edge' });
});
