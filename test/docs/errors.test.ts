import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../src/util/error.js';

const text = readFileSync('docs/errors.md', 'utf8');
const codes = Object.keys(ERROR_CODES);

/** Source files but the list of codes itself. */
const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && file !== join('util', 'error.ts'))
  .map((file) => readFileSync(join('src', file), 'utf8'));

/** Code -> its section. */
const sections = new Map(
  text
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const [title, ...lines] = section.split(/^##? /m)[0].split('\n');
      return [title.trim(), lines.join('\n')] as const;
    }),
);

test('every code has a section, and every section a code', () => {
  expect([...sections.keys()].sort()).toEqual([...codes].sort());
});

describe.each(codes)('%s', (code) => {
  test('is thrown somewhere', () => {
    expect(sources.filter((source) => source.includes(`'${code}'`))).not.toEqual([]);
  });

  test('is documented by a message of the code, and by what to do', () => {
    const section = sections.get(code) ?? '';
    const message = /^> (.+)$/m.exec(section)?.[1] ?? '';
    const parts = message
      .split(/"?`<[^>]+>`"?/)
      .map((part) => part.trim())
      .filter((part) => part !== '');
    expect(parts).not.toEqual([]);
    // Templates hold the fixed parts of a message, in this order, in one file.
    const pattern = new RegExp(parts.map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('[^\\n]*'));
    expect(
      sources.filter((source) => pattern.test(source.replaceAll('\\`', '`'))),
      message,
    ).not.toEqual([]);
    expect(section.replace(/^> .*$/m, '').trim().length).toBeGreaterThan(60);
  });
});

test('the exit codes are as it says', () => {
  const answers = codes.filter((code) => /Exit code 1/.test(sections.get(code) ?? ''));
  const source = readFileSync('src/util/error.ts', 'utf8');
  const stated = [...(/get exitCode\(\)[^}]*/.exec(source)?.[0] ?? '').matchAll(/'([A-Z_]+)'/g)].map(
    ([, code]) => code,
  );
  expect(answers.sort()).toEqual(stated.sort());
});

test('every code of the edge side is in its table', () => {
  const source = readFileSync('src/runtime/edge/api.ts', 'utf8');
  const union = /export type EdgeErrorCode =[^;]*;/.exec(source)?.[0] ?? '';
  const declared = [...union.matchAll(/\| '([A-Z]+)'/g)].map(([, code]) => code);
  const listed = [...text.matchAll(/^\| `([A-Z]+)` \|/gm)].map(([, code]) => code);
  expect(declared.length).toBeGreaterThan(5);
  expect(listed.sort()).toEqual(declared.sort());
});

test('every status that the cloud side answers is in its table', () => {
  const thrown = sources.flatMap((source) =>
    [...source.matchAll(/new ProtocolError\((\d{3})/g)].map(([, status]) => status),
  );
  const listed = new Set([...text.matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, statuses]) => statuses.split(', ')));
  expect([...new Set(thrown)].filter((status) => !listed.has(status))).toEqual([]);
});
