import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Message, transform } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { interpolate } from '../../src/config/interpolate.js';
import { parseText } from '../../src/config/parse.js';
import { type SchemaName, validate } from '../../src/config/schema.js';
import type { AutosplitError } from '../../src/util/error.js';
import { parseCommandLine } from '../cli/command-line.js';
import { type Block, blocks, blocksOf, pages } from './blocks.js';

/** What a measured preset states beside its table. */
const MEASURED = `
name: device
title: A device
version: 1
confidence: measured
description: A device.
kind: measured
memory: { value: 1 GB, source: "said" }
onChipMemory: { value: 1 MB, source: "said" }
bandwidth: { value: 1 GB/s, source: "said" }
bits: { weights: { value: [8], source: "said" }, activations: { value: [8], source: "said" } }
`;

const cases = (list: readonly Block[]) => list.map((block) => [block.place, block.text] as const);

test('every block has a language that is looked at here, or is no code', () => {
  const known = ['yaml', 'js', 'ts', 'sh', 'json', 'ini', 'csv', 'nginx', ''];
  expect(blocks.filter(({ language }) => !known.includes(language)).map(({ place, language }) => `${place} ${language}`)).toEqual([]);
  expect(blocks.length).toBeGreaterThan(40);
});

describe('yaml', () => {
  const isWorkflow = ({ text }: Block) => /^(jobs|repos):/m.test(text);
  // The table of a measured preset is shown without the rest of it.
  const isTable = ({ text }: Block) => /^table:/m.test(text);
  const isPreset = (block: Block) => block.text.includes('preset.schema.json') || isTable(block);
  const yaml = blocksOf('yaml');

  function problemsOf(text: string, schema: SchemaName): string[] {
    const problems: AutosplitError[] = [];
    const parsed = parseText({ file: 'block.yaml', folder: '.', text, invalid: 'CONFIG_INVALID' }, 'CONFIG_SYNTAX');
    interpolate(parsed, {}, problems);
    return [...problems, ...validate(parsed, schema)].map(({ message }) => message);
  }

  test.each(cases(yaml.filter((block) => !isWorkflow(block) && !isPreset(block))))('%s is a config, or a part of one', (_, text) => {
    // Only what names a model means to be whole.
    const isWhole = 'calibration' in parse(text) && 'cloud' in parse(text);
    expect(problemsOf(text, isWhole ? 'config.schema.json' : 'config.schema.json#/$defs/Variant')).toEqual([]);
  });

  test.each(yaml.filter(isPreset).map((block) => [block.place, block] as const))('%s is a preset, or the table of one', (_, block) => {
    const text = isTable(block) ? `${MEASURED}${block.text}` : block.text;
    const kind = 'kind' in parse(text) ? 'EdgePresetFile' : 'NetworkPresetFile';
    expect(problemsOf(text, `preset.schema.json#/$defs/${kind}`)).toEqual([]);
  });

  test.each(cases(yaml.filter(isWorkflow)))('%s is YAML, and calls commands that there are', async (_, text) => {
    expect(parse(text)).toBeTypeOf('object');
    for (const line of commandLines(text)) await parseCommandLine(line);
  });

  test('a mistake would show', () => {
    expect(problemsOf('netwrok: {}', 'config.schema.json#/$defs/Variant')).toHaveLength(1);
  });
});

describe('js and ts', () => {
  const exported = new Set(
    [...readFileSync('src/index.ts', 'utf8').matchAll(/\{([^}]*)\}/g)].flatMap(([, names]) =>
      names.split(',').map((name) => name.trim().split(' ').at(-1)),
    ),
  );

  test.each(cases(blocksOf('js', 'ts')))('%s parses, and imports what there is', async (_, text) => {
    // The tail of a line in a shell's comment is not code; a block is a module.
    const { warnings } = await transform(text, { loader: 'ts', format: 'esm', logLevel: 'silent' });
    expect(warnings.map((warning: Message) => warning.text)).toEqual([]);
    for (const [, names] of text.matchAll(/import (?:type )?\{([^}]*)\} from 'autosplit'/g))
      expect(
        names
          .split(',')
          .map((name) => name.trim().replace(/^type /, ''))
          .filter((name) => !exported.has(name)),
      ).toEqual([]);
  });
});

describe('sh', () => {
  const lines = blocksOf('sh').flatMap(({ place, text }) => text.split('\n').map((line) => [place, line.trim()] as const));

  test.each(blocksOf('sh').flatMap(({ place, text }) => commandLines(text).map((line) => [place, line] as const)))(
    '%s: %s',
    async (_, line) => {
      await parseCommandLine(line);
    },
  );

  test.each(lines.filter(([, line]) => line.includes('npm run bench')))('%s: %s', (_, line) => {
    const [, name] = /npm run bench -- (\S+)/.exec(line) ?? [];
    expect(existsSync(`test/bench/${name}.bench.ts`)).toBe(true);
  });

  test.each(lines.filter(([, line]) => /server\.mjs/.test(line)))('%s: %s', (_, line) => {
    const source = readFileSync('src/runtime/server-entry.ts', 'utf8');
    for (const [name] of line.matchAll(/(?<=\s)--[a-z]+|AUTOSPLIT_[A-Z]+/g)) expect(source).toContain(name === '--prefix' ? 'node' : name);
  });

  test.each(lines.filter(([, line]) => /^npm (run|start|test)/.test(line)))('%s: %s', (_, line) => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    for (const [, , run] of line.matchAll(/npm (run )?(\S+)/g))
      if (run !== 'ci' && run !== 'install') expect(scripts).toHaveProperty([run]);
  });
});

test.each(cases(blocksOf('json')))('%s is JSON', (_, text) => {
  JSON.parse(text);
});

test.each(pages)('links of %s lead somewhere', (page) => {
  const text = readFileSync(page, 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link]) => link);
  expect(links.filter((link) => !existsSync(path.join(path.dirname(page), link)))).toEqual([]);
});

test('docs/README.md lists every page', () => {
  const index = readFileSync('docs/README.md', 'utf8');
  const own = pages.filter((page) => page.startsWith('docs/')).map((page) => path.basename(page));
  expect(own.filter((page) => page !== 'README.md' && !index.includes(`](${page})`))).toEqual([]);
});

/** Lines that call the program, without what is set before them. */
function commandLines(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const [, command] = /(?:^|\s)npx (autosplit .*)$/.exec(line) ?? [];
    return command === undefined ? [] : [command];
  });
}
