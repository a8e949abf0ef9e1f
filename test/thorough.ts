/**
 * True in the long suites, `npm run test:e2e` and `npm run test:external`. A test file that imports this module or
 * shared.ts runs twice: briefly in `npm test`, and with everything it has in `npm run test:e2e`.
 */
export const isThorough = process.env.AUTOSPLIT_TESTS === 'thorough';

/** Runs of a property that takes long: all of them in the long suites, a tenth in `npm test`. */
export const scaledRuns = (all: number): number => (isThorough ? all : Math.ceil(all / 10));
