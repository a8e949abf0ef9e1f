import { readdirSync, readFileSync } from 'node:fs';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { interpolate } from '../../src/config/interpolate.js';
import { parseText } from '../../src/config/parse.js';
import { listPresets, PRESET_KINDS } from '../../src/config/preset-load.js';
import { validate } from '../../src/config/schema.js';
import type { AutosplitError } from '../../src/util/error.js';

const config = readFileSync('docs/config.md', 'utf8');
const presets = readFileSync('docs/presets.md', 'utf8');

test('docs/config.md and docs/presets.md are what schemas and presets give', async () => {
  const { exitCode, stderr } = await execa(process.execPath, ['scripts/generate-docs.mjs', '--check'], {
    reject: false,
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});

test('the example of docs/config.md is a valid config', () => {
  const example = /```yaml\n([^`]+)```/.exec(config)?.[1] ?? '';
  const problemsOf = (text: string) => {
    const problems: AutosplitError[] = [];
    const parsed = parseText({ file: 'example.yaml', folder: '.', text, invalid: 'CONFIG_INVALID' }, 'CONFIG_SYNTAX');
    interpolate(parsed, {}, problems);
    return [...problems, ...validate(parsed, 'config.schema.json')];
  };
  expect(problemsOf(example)).toEqual([]);
  expect(problemsOf(example.replace('rtt', 'rrt'))).toHaveLength(1);
});

test('docs/config.md names every key of the schema', () => {
  const schema = JSON.parse(readFileSync('schemas/config.schema.json', 'utf8'));
  const keys = [schema, ...Object.values<{ properties?: object }>(schema.$defs)].flatMap(({ properties = {} }) =>
    Object.keys(properties),
  );
  const named = new Set([...config.matchAll(/^\| `([^`]+)` \|/gm)].flatMap(([, path]) => path.split('.')));
  // `after` is shown where it is used.
  expect([...new Set(keys)].filter((key) => !named.has(key) && key !== 'after')).toEqual([]);
  expect(config).toContain('`{ after: [...] }`');
});

test('docs/presets.md has every number of every preset', () => {
  for (const kind of PRESET_KINDS) {
    expect(listPresets(kind).length).toBe(readdirSync(`presets/${kind}`).length);
    for (const { preset, numbers } of listPresets(kind)) {
      const section = presets.split(`### ${preset.name}: `)[1]?.split(/^##/m)[0] ?? '';
      for (const { path, source } of numbers)
        expect(section.replaceAll('\\|', '|')).toMatch(
          new RegExp(`^\\| \`${escaped(path)}\` \\| .* \\| ${escaped(source)} \\|$`, 'm'),
        );
      expect([...section.matchAll(/^\| `/gm)]).toHaveLength(numbers.length);
    }
  }
});

const escaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
