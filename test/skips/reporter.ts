import type { Reporter, TestCase, TestModule, TestRunEndReason, TestSuite, Vitest } from 'vitest/node';
import './unless.js';

/** The reason that a test, or the nearest suite around it, gives for being skipped. */
export function reasonOf(test: TestCase): string | undefined {
  const result = test.result();
  const noted = result.state === 'skipped' ? result.note : undefined;
  let place: TestCase | TestSuite | TestModule = test;
  for (; place.type !== 'module'; place = place.parent) {
    const { skipped } = place.meta();
    if (skipped !== undefined) return skipped;
  }
  return noted;
}

/** One line for each reason: how many tests it keeps from running, and of which files. */
export function linesOf(skipped: readonly { reason: string; file: string }[]): string[] {
  const reasons = [...new Set(skipped.map(({ reason }) => reason))].sort();
  return reasons.flatMap((reason) => {
    const own = skipped.filter((one) => one.reason === reason);
    const files = [...new Set(own.map(({ file }) => file))].sort();
    return [`  ${own.length} ${own.length === 1 ? 'test' : 'tests'}: ${reason}`, ...files.map((file) => `    ${file}`)];
  });
}

/** Lists what was skipped and why at the end of a run. A test that is skipped without a reason fails the run. */
export default class SkipReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[], _errors: unknown, end: TestRunEndReason): void {
    // Tests that a pattern leaves out count as skipped.
    if (this.#vitest?.config.testNamePattern !== undefined) return;
    const skipped = modules.flatMap((module) =>
      [...module.children.allTests('skipped')].map((test) => ({
        reason: reasonOf(test),
        file: module.relativeModuleId,
        name: test.fullName,
      })),
    );
    if (skipped.length === 0) return;
    const explained = skipped.flatMap(({ reason, file }) => (reason === undefined ? [] : [{ reason, file }]));
    if (explained.length > 0) this.#vitest?.logger.log(['', 'Skipped:', ...linesOf(explained)].join('\n'));
    // So do those of a suite whose hook fails.
    if (end !== 'passed') return;
    const silent = skipped.filter(({ reason }) => reason === undefined);
    for (const { file, name } of silent) this.#vitest?.logger.error(`  no reason given: ${file} > ${name}`);
    if (silent.length > 0) process.exitCode = 1;
  }
}
