import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { globSync } from 'tinyglobby';
import { defineConfig } from 'vitest/config';

const LONG = ['test/e2e/**/*.test.ts', 'test/networks/**/*.test.ts'];
const EXTERNAL = ['test/external/**/*.test.ts'];

/** Unit tests whose text matches. */
const unitTests = (pattern: RegExp): string[] =>
  globSync('test/**/*.test.ts', { ignore: [...LONG, ...EXTERNAL] }).filter((file) =>
    pattern.test(readFileSync(file, 'utf8')),
  );
/** Those that have more to do where there is time: test/thorough.ts. */
const divided = unitTests(/\/(thorough|shared)\.js'/);
/** Those that replace modules or globals, and get a process of their own. The others share processes: it halves the time. */
const mocking = unitTests(/\bvi\.(mock|stubGlobal)\(/);

/** A limit that a busy machine does not reach: it ends a test that hangs, and measures nothing. */
const minutes = (count: number) => ({ testTimeout: count * 60_000, hookTimeout: count * 60_000 });
const quick = { env: { AUTOSPLIT_TESTS: '' }, globalSetup: ['test/global-setup.ts'], ...minutes(10) };
const thorough = { AUTOSPLIT_TESTS: 'thorough' };

/**
 * `npm test` is `unit` and `mocks`, one build among them (test/smoke/build.test.ts); `npm run test:e2e` is `e2e`, with the
 * mode that adds the long part of the unit tests; `npm run test:external` is `external`.
 */
export default defineConfig(({ mode }) => ({
  test: {
    pool: 'forks',
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: [process.env.CI ? 'dot' : 'default', './test/skips/reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...LONG, ...EXTERNAL, ...mocking],
          isolate: false,
          ...quick,
        },
      },
      { extends: true, test: { name: 'mocks', include: mocking, ...quick } },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: [...LONG, ...(mode === 'thorough' ? divided : [])],
          env: thorough,
          globalSetup: ['test/global-setup.ts'],
          ...minutes(40),
        },
      },
      {
        extends: true,
        test: {
          name: 'external',
          include: EXTERNAL,
          env: thorough,
          globalSetup: ['test/global-setup.ts', 'test/external/setup.ts'],
          ...minutes(20),
        },
      },
    ],
  },
}));
