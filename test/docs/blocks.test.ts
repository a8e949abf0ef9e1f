import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../cli/command-line.js';
import { blocks, blocksOf, pages } from './blocks.js';

test('every block has a language that run.test.ts knows, or is no code', () => {
  const known = ['yaml', 'js', 'ts', 'sh', 'json', 'csv', 'nginx', ''];
  expect(
    blocks.filter(({ language }) => !known.includes(language)).map(({ place, language }) => `${place} ${language}`),
  ).toEqual([]);
  expect(blocks.length).toBeGreaterThan(40);
});

/** Those that are run elsewhere, too, must be lines that there are. */
describe('sh', () => {
  const lines = blocksOf('sh').flatMap(({ place, text }) =>
    text.split('\n').map((line) => [place, line.trim()] as const),
  );

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
    const source = readFileSync('src/runtime/cloud/server-entry.ts', 'utf8');
    for (const [name] of line.matchAll(/(?<=\s)--[a-z]+|AUTOSPLIT_[A-Z]+/g))
      expect(source).toContain(name === '--prefix' ? 'node' : name);
  });

  test.each(lines.filter(([, line]) => /^npm (run|start|test)/.test(line)))('%s: %s', (_, line) => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    for (const [, , run] of line.matchAll(/npm (run )?(\S+)/g))
      if (run !== 'ci' && run !== 'install') expect(scripts).toHaveProperty([run]);
  });
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
