import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../..', import.meta.url));
const schema = JSON.parse(readFileSync(`${root}schemas/preset.schema.json`, 'utf8'));
const ajv = new Ajv2020({ strict: false, allowUnionTypes: true });
ajv.addSchema(schema);

const KINDS = { edge: 'EdgePresetFile', network: 'LinkPresetFile', cloud: 'CloudPresetFile' } as const;
const files = Object.keys(KINDS).flatMap((kind) =>
  readdirSync(`${root}presets/${kind}`).map((file) => [kind as keyof typeof KINDS, file] as const),
);

const read = (kind: string, file: string): Record<string, unknown> =>
  parse(readFileSync(`${root}presets/${kind}/${file}`, 'utf8'));

/** All `{ value, source }` of a preset, by path. */
function sourced(node: unknown, path = ''): [string, { value: unknown; source: string }][] {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return [];
  if ('value' in node && 'source' in node) return [[path, node as { value: unknown; source: string }]];
  return Object.entries(node).flatMap(([key, child]) => sourced(child, path ? `${path}.${key}` : key));
}

const value = (preset: unknown, path: string) =>
  Number.parseFloat(String(sourced(preset).find(([key]) => key === path)?.[1].value));

describe.each(files)('%s/%s', (kind, file) => {
  const preset = read(kind, file);
  it('fits its schema', () => {
    const validate = ajv.compile({ $ref: `preset.schema.json#/$defs/${KINDS[kind]}` });
    expect([validate(preset), validate.errors]).toEqual([true, null]);
  });
  it('is named as its file, and every number has a source that says something', () => {
    expect(`${preset.name}.yaml`).toBe(file);
    const numbers = sourced(preset);
    expect(numbers.length).toBeGreaterThan(2);
    for (const [path, { source }] of numbers) expect([path, source.length > 6]).toEqual([path, true]);
  });
  it('calls itself derived wherever a number is derived, assumed or estimated', () => {
    const derived = sourced(preset).some(([, { source }]) => /\b(derived|assumed|estimate|counted)\b/.test(source));
    expect(derived ? preset.confidence : 'derived').toBe('derived');
  });
});

it('no alias is taken twice in a kind', () => {
  for (const kind of Object.keys(KINDS)) {
    const names = files
      .filter(([of]) => of === kind)
      .flatMap(([, file]) => [read(kind, file).name, ...((read(kind, file).aliases as string[]) ?? [])]);
    expect(new Set(names).size).toBe(names.length);
  }
});

it('the devices of Auto-Split have the rates that it states', () => {
  const rate = (preset: unknown) =>
    value(preset, 'array.rows') * value(preset, 'array.columns') * value(preset, 'clock') * 1e6;
  expect(rate(read('edge', 'eyeriss.yaml'))).toBeCloseTo(34e9, -6);
  expect(rate(read('cloud', 'tpu-v1.yaml')) / 96e12).toBeCloseTo(1, 5);
});
