import { execa } from 'execa';
import { expect, test } from 'vitest';
import { linesOf } from './reporter.js';
import { unless } from './unless.js';

test('reasons are listed once, with the tests and files that they keep', () => {
  const skipped = [
    { reason: 'needs fish', file: 'b.test.ts' },
    { reason: 'needs fish', file: 'a.test.ts' },
    { reason: 'needs fish', file: 'a.test.ts' },
    { reason: 'a reason', file: 'c.test.ts' },
  ];
  expect(linesOf(skipped)).toEqual([
    '  1 test: a reason',
    '    c.test.ts',
    '  3 tests: needs fish',
    '    a.test.ts',
    '    b.test.ts',
  ]);
});

test('nothing is skipped without a reason', () => {
  expect(unless(undefined)).toEqual({ skip: false, meta: { skipped: undefined } });
  expect(unless('why')).toEqual({ skip: true, meta: { skipped: 'why' } });
});

test('a run fails that skips a test without saying why, and lists the reasons of the others', async () => {
  const run = (file: string) =>
    execa('npx', ['vitest', 'run', '--root', 'test/skips/example', file], { reject: false, all: true });
  const [explained, silent] = [await run('explained'), await run('silent')];
  expect(explained.exitCode).toBe(0);
  for (const line of ['1 test: of a suite', '1 test: of a test', '1 test: told while it ran'])
    expect(explained.all).toContain(line);
  expect(silent.exitCode).toBe(1);
  expect(silent.all).toContain('no reason given: silent.spec.ts > is skipped');
});
