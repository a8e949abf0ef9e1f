import { readFileSync } from 'node:fs';
import { codeFrameColumns } from '@babel/code-frame';
import { CsvError, parseCsv } from '../samples/csv.js';
import { AutosplitError } from '../util/error.js';
import { suggestion } from '../util/suggest.js';

/** A CSV file whose header has all required columns. */
export interface CsvTable {
  /** Absolute path. */
  file: string;
  /** Columns of the header. */
  columns: string[];
  rows: CsvRow[];
  /** Makes an error about a line of the file, or about the file. */
  problem: (line: number | undefined, message: string, hint?: string) => AutosplitError;
}

export interface CsvRow {
  line: number;
  cells: ReadonlyMap<string, string>;
}

/**
 * Reads a CSV file whose first line names its columns. Further columns are allowed.
 * @param wanted required columns; of a list of names, one is required
 * @throws AutosplitError COSTS_INVALID, with the line, if the file is not CSV, lacks a column or has no rows
 */
export function readCsvTable(file: string, wanted: readonly (string | readonly string[])[]): CsvTable {
  const text = readFileSync(file, 'utf8');
  const problem: CsvTable['problem'] = (line, message, hint) =>
    new AutosplitError('COSTS_INVALID', message, {
      hint,
      location: line === undefined ? { file } : { file, line, frame: frameOf(text, line) },
    });
  const [header, ...records] = parsed(text, problem);
  if (!header) throw problem(undefined, 'the table is empty', `its first line names the columns: ${named(wanted)}`);
  const columns = header.fields.map((field) => field.trim());
  for (const one of wanted) {
    const choices = [one].flat();
    if (choices.some((name) => columns.includes(name))) continue;
    const near = columns.map((column) => suggestion(column, choices)).find((words) => words.startsWith('did you mean'));
    const hint = `${near ? `${near} ` : ''}the columns are ${named(wanted)}`;
    throw problem(header.line, `the header has no column \`${choices.join('` or `')}\``, hint);
  }
  if (records.length === 0) throw problem(header.line, 'the table has no rows');
  const rows = records.map(({ line, fields }) => {
    if (fields.length !== columns.length) throw problem(line, `${fields.length} cells under ${columns.length} columns`);
    return { line, cells: new Map(columns.map((column, i) => [column, fields[i].trim()])) };
  });
  return { file, columns, rows, problem };
}

function parsed(text: string, problem: CsvTable['problem']): ReturnType<typeof parseCsv> {
  try {
    return parseCsv(text);
  } catch (error) {
    if (error instanceof CsvError) throw problem(error.line, error.message);
    throw error;
  }
}

/** Reads a number of at least 0 from a cell. @throws AutosplitError COSTS_INVALID, with the line, for anything else */
export function numberIn({ line, cells }: CsvRow, column: string, { problem }: CsvTable): number {
  const text = cells.get(column) ?? '';
  const value = /^\+?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw problem(line, text === '' ? `\`${column}\` is empty` : `\`${column}\` is \`${text}\`, not a number from 0`);
}

const named = (wanted: readonly (string | readonly string[])[]) =>
  wanted.map((one) => [one].flat().join(' or ')).join(', ');

const frameOf = (text: string, line: number) =>
  codeFrameColumns(text, { start: { line } }, { linesAbove: 1, linesBelow: 1, highlightCode: false });
