import { readFile } from 'node:fs/promises';
import { AutosplitError } from '../util/error.js';

/** An error as bundlers and their overlays show it. */
export interface Failure extends Error {
  id?: string;
  loc?: { file: string; line: number; column: number };
  frame?: string;
  hint?: string;
}

/** Converts an AutosplitError for overlays: message with hint, file, line and frame. Other errors stay as they are. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof AutosplitError)) return error instanceof Error ? error : new Error(String(error));
  const { location, hint } = error;
  const others = error.problems.slice(1).map((problem) => `also: ${describe(problem)}`);
  const message = [`${error.code}: ${error.message}`, ...(hint === undefined ? [] : [`hint: ${hint}`]), ...others].join(
    '\n',
  );
  const failure: Failure = Object.assign(new Error(message), { name: 'AutosplitError' });
  // The stack points into autosplit; the cause is in the file of the user.
  failure.stack = location ? `    at ${placeOf(location)}` : '';
  if (location?.line !== undefined)
    failure.loc = { file: location.file, line: location.line, column: (location.column ?? 1) - 1 };
  return Object.assign(failure, {
    ...(location && { id: location.file }),
    ...(location?.frame && { frame: location.frame }),
  });
}

/** The same for bundlers that show only the message or the stack: the place is part of both. */
export function placedFailure(error: unknown): Failure {
  const failure = failureOf(error);
  if (!(error instanceof AutosplitError) || !error.location) return failure;
  const { frame } = error.location;
  failure.message += `\n${placeOf(error.location)}${frame === undefined ? '' : `\n${frame}`}`;
  failure.stack = failure.message;
  return failure;
}

const describe = ({ message, location }: AutosplitError) => (location ? `${message} (${placeOf(location)})` : message);

const placeOf = ({ file, line, column }: NonNullable<AutosplitError['location']>) =>
  [file, line, column].filter((part) => part !== undefined).join(':');

/** Converts an error for esbuild: one message for each problem, with its line. */
export async function esbuildMessages(error: unknown): Promise<EsbuildMessage[]> {
  if (!(error instanceof AutosplitError))
    return [{ text: String(error instanceof Error ? error.message : error), detail: error }];
  const problems = error.problems.length > 0 ? error.problems : [error];
  return Promise.all(
    problems.map(async ({ code, message, hint, location }) => ({
      text: `${code}: ${message}`,
      ...(location && { location: await lineOf(location) }),
      ...(hint !== undefined && { notes: [{ text: hint }] }),
      detail: error,
    })),
  );
}

export interface EsbuildMessage {
  text: string;
  location?: { file: string; line: number; column: number; lineText: string };
  notes?: { text: string }[];
  detail: unknown;
}

async function lineOf({
  file,
  line,
  column = 1,
}: NonNullable<AutosplitError['location']>): Promise<NonNullable<EsbuildMessage['location']>> {
  const text = line === undefined ? '' : await readFile(file, 'utf8').catch(() => '');
  return { file, line: line ?? 1, column: column - 1, lineText: text.split(/\r?\n/)[(line ?? 1) - 1] ?? '' };
}
