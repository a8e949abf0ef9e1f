import { blocks } from './blocks.js';

/** The packages of docs/extending.md, as they stand there: path below node_modules -> text. */
export const targetPackages: Record<string, string> = Object.fromEntries(
  blocks
    .filter(({ place }) => place.startsWith('docs/extending.md'))
    .flatMap(({ text }): [string, string][] => {
      const file = /^\/\/ (autosplit-target-\S+)/.exec(text)?.[1];
      const name = /"name": "(autosplit-target-\w+)"/.exec(text)?.[1];
      return file !== undefined ? [[file, text]] : name === undefined ? [] : [[`${name}/package.json`, text]];
    }),
);
