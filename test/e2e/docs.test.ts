import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Block, blocks, pages } from '../docs/blocks.js';
import { runCode } from '../docs/run/code.js';
import { planWith } from '../docs/run/configs.js';
import { BLOCKS, elsewhere, LINES } from '../docs/run/elsewhere.js';
import { type Desk, openDesk, openReader, type Reader } from '../docs/run/reader.js';
import { isInManifest, runText } from '../docs/run/text.js';
import { runHook, runWorkflow } from '../docs/run/workflow.js';

/** Pages with blocks are followed from top to bottom, each by a reader with a project of their own. */
const byPage = pages.map((page) => [page, blocks.filter(({ place }) => place.startsWith(`${page}:`))] as const);

const configOfReadme = blocks.find(({ place, language }) => place.startsWith('README.md') && language === 'yaml');

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk(configOfReadme?.text ?? '');
  vi.stubEnv('AUTOSPLIT_CACHE', desk.env.AUTOSPLIT_CACHE);
});
afterAll(() => desk?.close());

describe.each(byPage.filter(([, own]) => own.length > 0))('%s', (page, own) => {
  let reader: Reader;
  beforeAll(() => {
    reader = openReader(desk, page);
  });
  afterAll(() => reader?.close());

  test.each(own.map((block) => [block.place, block] as const))('%s', (_, block) => run(reader, block, own));
});

async function run(reader: Reader, block: Block, page: readonly Block[]): Promise<void> {
  const { language, text } = block;
  if (elsewhere(BLOCKS, text)) return;
  if (language === 'yaml') {
    if (/^(jobs|repos):/m.test(text)) await runWorkflow(reader, text);
    else
      expect(
        await planWith(
          reader,
          block,
          page.filter((one) => one.language === 'csv'),
        ),
      ).not.toEqual([]);
  } else if (language === 'sh') await (text.startsWith('#!') ? runHook(reader, text) : reader.shell(text));
  else if (language === 'js' || language === 'ts') await runCode(reader, block);
  else if (language === 'csv') expect(page.some(({ text: config }) => config.includes('latency: edge.csv'))).toBe(true);
  else if (language === 'json') isInManifest(reader, text);
  else if (language === '') await runText(reader, block);
  else throw new Error(`nothing runs blocks of ${language}`);
}

describe('what is left out', () => {
  const lines = blocks
    .filter(({ language }) => language === 'sh' || language === 'yaml')
    .flatMap(({ text }) => text.split('\n'));
  const written = lines.map((line) => line.trim().replace(/^- run: /, ''));

  test.each(LINES.map((one) => [String(one.text), one] as const))('%s is a line of some page', (_, { text }) => {
    expect(written.some((line) => text.test(line))).toBe(true);
  });

  test.each(BLOCKS.map((one) => [String(one.text), one] as const))('%s is a block of some page', (_, { text }) => {
    expect(blocks.some((block) => text.test(block.text))).toBe(true);
  });

  test.each(
    [...LINES, ...BLOCKS].flatMap(({ why }) =>
      [...why.matchAll(/(?:test|scripts|\.ci)\/[\w./-]+\w/g)].map(([file]) => file),
    ),
  )('%s, where such things are run, is there', (file) => {
    expect(existsSync(file)).toBe(true);
  });
});
