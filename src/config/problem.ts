import { AutosplitError, type ErrorCode, type SourceLocation } from '../util/error.js';
import { type Located, locationOf } from './located.js';

export interface ProblemOptions {
  hint?: string;
  code?: ErrorCode;
  cause?: unknown;
}

/** An error about a value. Its code is that of the source unless `code` is given. */
export function problemAt(
  at: Pick<Located, 'source' | 'span'>,
  message: string,
  { code, hint, cause }: ProblemOptions = {},
): AutosplitError {
  return new AutosplitError(code ?? at.source.invalid, message, { hint, cause, location: locationOf(at) });
}

/**
 * Throws one error that lists all distinct problems and has the code, message and place of the first. Does nothing if
 * there are none.
 */
export function throwProblems(found: readonly AutosplitError[]): void {
  const seen = new Set<string>();
  const problems = found.filter((problem) => {
    const key = JSON.stringify([problem.message, problem.location]);
    return !seen.has(key) && seen.add(key);
  });
  if (problems.length === 0) return;
  const files = problems.map(({ location }) => location?.file);
  problems.sort(
    (a, b) =>
      files.indexOf(a.location?.file) - files.indexOf(b.location?.file) || compareInFile(a.location, b.location),
  );
  const [{ code, message, hint, location, cause }] = problems;
  throw new AutosplitError(code, message, { hint, location, cause, problems });
}

const compareInFile = (a: SourceLocation | undefined, b: SourceLocation | undefined) =>
  (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);

/** Runs `work`; an AutosplitError goes to `problems` and the result is undefined. */
export function collect<T>(problems: AutosplitError[], work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AutosplitError)) throw error;
    problems.push(...(error.problems.length > 0 ? error.problems : [error]));
    return undefined;
  }
}
