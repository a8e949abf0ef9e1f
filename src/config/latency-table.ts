import type { AutosplitError } from '../util/error.js';
import { type CsvRow, type CsvTable, numberIn, readCsvTable } from './csv-table.js';

/** A file of layer latencies. */
export interface LatencyTable {
  /** Absolute path. */
  file: string;
  rows: LatencyRow[];
  /** Makes an error about a line of the file, or about the file. */
  problem: (line: number | undefined, message: string, hint?: string) => AutosplitError;
}

export interface LatencyRow {
  layer: string;
  /** Undefined: any. */
  weightBits?: number;
  activationBits?: number;
  seconds: number;
}

const SECONDS = ['seconds', 'milliseconds'];

/**
 * Reads a table of latencies: CSV with the columns `layer`, `weight_bits`, `activation_bits` and `seconds` (or
 * `milliseconds`) for the edge, `layer` and `seconds` for the cloud. An empty cell of bits means any bits.
 * @throws AutosplitError COSTS_INVALID, with the line
 */
export function readLatencyTable(side: 'edge' | 'cloud', file: string): LatencyTable {
  const table = readCsvTable(
    file,
    side === 'edge' ? ['layer', 'weight_bits', 'activation_bits', SECONDS] : ['layer', SECONDS],
  );
  if (SECONDS.every((column) => table.columns.includes(column)))
    throw table.problem(1, 'the header has both `seconds` and `milliseconds`', 'keep one of them');
  const lines = new Map<string, number>();
  const rows = table.rows.map((row): LatencyRow => {
    const layer = row.cells.get('layer') ?? '';
    if (layer === '') throw table.problem(row.line, '`layer` is empty');
    const bits =
      side === 'edge' ? { ...bitsIn(row, 'weight_bits', table), ...bitsIn(row, 'activation_bits', table) } : {};
    const found: LatencyRow = { layer, ...bits, seconds: secondsIn(row, table) };
    const key = JSON.stringify([layer, found.weightBits ?? null, found.activationBits ?? null]);
    const before = lines.get(key);
    if (before !== undefined)
      throw table.problem(row.line, `the layer \`${layer}\` is given twice at these bits, first in line ${before}`);
    lines.set(key, row.line);
    return found;
  });
  return { file, rows, problem: table.problem };
}

function bitsIn(row: CsvRow, column: 'weight_bits' | 'activation_bits', table: CsvTable): Partial<LatencyRow> {
  if (row.cells.get(column) === '') return {};
  const bits = numberIn(row, column, table);
  if (!Number.isInteger(bits) || bits > 32)
    throw table.problem(row.line, `\`${column}\` is ${bits}, not a whole number up to 32`);
  return column === 'weight_bits' ? { weightBits: bits } : { activationBits: bits };
}

function secondsIn(row: CsvRow, table: CsvTable): number {
  return table.columns.includes('seconds')
    ? numberIn(row, 'seconds', table)
    : numberIn(row, 'milliseconds', table) / 1000;
}
