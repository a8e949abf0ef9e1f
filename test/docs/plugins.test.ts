import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseText } from '../../src/config/parse.js';
import { validate } from '../../src/config/schema.js';

const text = readFileSync('docs/plugins.md', 'utf8');

test('its config is a valid one', () => {
  const config = /```yaml\n([^`]+)```/.exec(text)?.[1] ?? '';
  const source = { file: 'example.yaml', folder: '.', text: config, invalid: 'CONFIG_INVALID' } as const;
  expect(validate(parseText(source, 'CONFIG_SYNTAX'), 'config.schema.json')).toEqual([]);
});

test('every option of the plugin is in its table, and no other', () => {
  const declared = [...readFileSync('src/plugin/options.ts', 'utf8').matchAll(/^ {2}(\w+)\?:/gm)].map(
    ([, name]) => name,
  );
  const listed = [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(declared).toContain('build');
  expect(listed).toEqual(declared);
});

test('every bundler it names has its way into the package', () => {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
  for (const [, name] of text.matchAll(/\bautosplit\/(vite|rollup|rolldown|webpack|rspack|esbuild)\b/g)) {
    expect(Object.keys(exports)).toContain(`./${name}`);
    expect(existsSync(`src/plugin/entries/${name}.ts`)).toBe(true);
  }
});
