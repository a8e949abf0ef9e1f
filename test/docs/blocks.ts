import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface Block {
  /** `docs/ci.md:12`, where its fence is. */
  place: string;
  language: string;
  text: string;
}

/** Markdown that people read: README, docs/, and those of the examples. */
export const pages: string[] = [
  'README.md',
  ...readdirSync('docs')
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
  ...readdirSync('examples').map((name) => path.posix.join('examples', name, 'README.md')),
];

/** Every fenced block of these pages. */
export const blocks: Block[] = pages.flatMap((page) => {
  const found: Block[] = [];
  let open: Block | undefined;
  for (const [index, line] of readFileSync(page, 'utf8').split('\n').entries()) {
    const fence = /^\s*```(\w*)/.exec(line);
    if (!fence) {
      if (open) open.text += `${line}\n`;
    } else if (open) {
      found.push(open);
      open = undefined;
    } else open = { place: `${page}:${index + 1}`, language: fence[1], text: '' };
  }
  if (open) throw new Error(`${open.place} is not closed`);
  return found;
});

export const blocksOf = (...languages: string[]): Block[] =>
  blocks.filter(({ language }) => languages.includes(language));
