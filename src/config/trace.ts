import { numberIn, readCsvTable } from './csv-table.js';

/** A recorded rate: `bitsPerSecond[i]` from `starts[i]` until the next start. */
export interface RateTrace {
  /** Absolute path. */
  file: string;
  /** Seconds since the first line, ascending from 0. */
  starts: number[];
  bitsPerSecond: number[];
  /** Seconds until the trace repeats. */
  duration: number;
}

/**
 * Reads a trace of an uplink: CSV with the columns `seconds` and `Mbps`. Each rate holds until the next line; the last
 * one as long as the one before it.
 * @throws AutosplitError COSTS_INVALID, with the line
 */
export function readTrace(file: string): RateTrace {
  const table = readCsvTable(file, ['seconds', 'Mbps']);
  const points = table.rows.map((row) => ({
    line: row.line,
    at: numberIn(row, 'seconds', table),
    rate: 1e6 * numberIn(row, 'Mbps', table),
  }));
  points.forEach(({ line, at }, i) => {
    if (i > 0 && at <= points[i - 1].at)
      throw table.problem(line, `\`seconds\` does not ascend: ${at} after ${points[i - 1].at}`);
  });
  if (points.every(({ rate }) => rate === 0)) throw table.problem(undefined, 'the trace never sends: every rate is 0');
  const starts = points.map(({ at }) => at - points[0].at);
  const last = starts[starts.length - 1];
  // A single line is a constant rate of any duration.
  const duration = starts.length > 1 ? last + (last - starts[starts.length - 2]) : 1;
  return { file, starts, bitsPerSecond: points.map(({ rate }) => rate), duration };
}
