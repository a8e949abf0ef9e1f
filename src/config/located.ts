import { codeFrameColumns } from '@babel/code-frame';
import type { ErrorCode, SourceLocation } from '../util/error.js';

/** The origin of values: a file, a caller or a command line option. */
export interface Source {
  /** Absolute path, or the option: `--memory`. */
  file: string;
  /** Folder that relative paths in it start from. */
  folder: string;
  /** Undefined if positions are unknown: for modules, and for values from a caller. */
  text?: string;
  /** Code of an error about a value in it. */
  invalid: ErrorCode;
}

/** Character offsets in the text of a source. */
export type Span = readonly [start: number, end: number];

interface Origin {
  source: Source;
  /** Undefined if the source has no text. */
  span?: Span;
  /** True for text from the environment or the command line, which validation may convert to the type of the schema. */
  interpolated?: boolean;
}

export type Scalar = string | number | boolean | null;

/** A value with its position. */
export type Located =
  | (Origin & { kind: 'scalar'; value: Scalar })
  | (Origin & { kind: 'list'; items: Located[] })
  | (Origin & { kind: 'map'; entries: Map<string, Entry> });

export type LocatedMap = Extract<Located, { kind: 'map' }>;

export interface Entry {
  /** Where the key was written. */
  key: Origin;
  /** The key as written, if it is an alias: `link` for `network`. */
  alias?: string;
  value: Located;
}

/** Whether a value comes from a command line option. */
export const isFlag = ({ source }: Pick<Origin, 'source'>): boolean => source.file.startsWith('--');

/** The value without positions. */
export function toPlain(located: Located): unknown {
  if (located.kind === 'scalar') return located.value;
  if (located.kind === 'list') return located.items.map(toPlain);
  return Object.fromEntries([...located.entries].map(([key, { value }]) => [key, toPlain(value)]));
}

/** The value at a path; undefined if there is none. */
export function valueAt(located: Located | undefined, path: readonly string[]): Located | undefined {
  let at = located;
  for (const key of path) {
    if (at?.kind === 'map') at = at.entries.get(key)?.value;
    else if (at?.kind === 'list') at = at.items[Number(key)];
    else return undefined;
  }
  return at;
}

/** The origin of the key at a path, for errors about a key itself. */
export function keyAt(located: Located, path: readonly string[]): Origin | undefined {
  const parent = valueAt(located, path.slice(0, -1));
  const key = path.at(-1);
  return parent?.kind === 'map' && key !== undefined ? parent.entries.get(key)?.key : undefined;
}

/** The value at a path, or at its longest prefix that exists. */
export function nearestAt(located: Located, path: readonly string[]): Located {
  for (let length = path.length; length > 0; length--) {
    const found = valueAt(located, path.slice(0, length));
    if (found) return found;
  }
  return located;
}

/** A JSON pointer as a path. */
export const pointerPath = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

/** A value and all values in it, depth first. */
export function* walk(located: Located): Generator<Located> {
  yield located;
  if (located.kind === 'list') for (const item of located.items) yield* walk(item);
  if (located.kind === 'map') for (const { value } of located.entries.values()) yield* walk(value);
}

/** File, line, column and surrounding lines, as far as known. */
export function locationOf({ source, span }: Pick<Origin, 'source' | 'span'>): SourceLocation {
  const { file, text } = source;
  if (text === undefined || span === undefined) return { file };
  const { line, col: column } = positionIn(text, span[0]);
  const end = positionIn(text, Math.max(span[1], span[0] + 1));
  // Mark spans on one line only: marking a whole block would hide the message.
  const marked =
    end.line === line ? { start: { line, column }, end: { line, column: end.col } } : { start: { line, column } };
  return {
    file,
    line,
    column,
    frame: codeFrameColumns(text, marked, { linesAbove: 1, linesBelow: 1, highlightCode: false }),
  };
}

function positionIn(text: string, offset: number): { line: number; col: number } {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
    start = at + 1;
  }
  return { line, col: offset - start + 1 };
}
