import { styleText } from 'node:util';
import { AutosplitError } from '../util/error.js';
import { printJson } from './print.js';

/** Prints an error to stderr, or with `json` as a document to stdout, and gives the exit code. */
export function printError(error: unknown, json: boolean): number {
  if (!(error instanceof AutosplitError)) {
    // An unexpected error is a bug of autosplit: print its stack.
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    if (json) printJson([{ version: 1, error: { code: 'INTERNAL', message: String(error), problems: [] } }]);
    return 2;
  }
  const all = error.problems.length > 0 ? error.problems : [error];
  if (json) printJson([{ version: 1, error: { ...plain(error), problems: error.problems.map(plain) } }]);
  else process.stderr.write(`${all.map(pretty).join('\n\n')}\n`);
  return error.exitCode;
}

const plain = ({ code, message, hint, location }: AutosplitError) => ({ code, message, hint, location });

function pretty({ code, message, hint, location }: AutosplitError): string {
  const place =
    location && [location.file, location.line, location.column].filter((part) => part !== undefined).join(':');
  const lines = [`${paint('red', `error ${code}`)}  ${message}`];
  if (place) lines.push(`  at ${place}`);
  if (location?.frame) lines.push('', location.frame, '');
  if (hint) lines.push(`  ${paint('cyan', 'hint')}  ${hint}`);
  return lines.join('\n');
}

type Colour = 'red' | 'green' | 'yellow' | 'blue' | 'cyan' | 'dim' | 'bold';

/** Colours text if stderr is a terminal with colours (NO_COLOR, FORCE_COLOR). */
export const paint = (colour: Colour, text: string): string => styleText(colour, text, { stream: process.stderr });
