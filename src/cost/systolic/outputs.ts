import type { Array2d } from './geometry.js';
import type { Schedule } from './operand.js';
import { countAt, countUpTo, lineOf } from './skew.js';
import type { WriteBuffer } from './write-buffer.js';

/**
 * How results leave in one fold: askew, from line `delay` on, `steps` of each lane. SCALE-Sim v2, "Demand at line l of
 * a fold".
 */
export interface Outputs {
  delay: number;
  steps: number;
  lanes: number;
}

export function outputsOf(
  schedule: Schedule,
  dataflow: Array2d['dataflow'],
  columnFold: number,
  rowFold: number,
): Outputs {
  const { rows, columns, spreadRows, spreadColumns, steps } = schedule;
  const lanes = Math.min(columns, spreadColumns - columnFold * columns);
  if (dataflow !== 'os') return { delay: 2 * rows - 1, steps, lanes };
  // The last row leaves first: in an edge fold the rows that hold nothing do.
  const used = Math.min(rows, spreadRows - rowFold * rows);
  return { delay: steps - 1 + rows - used, steps: used, lanes };
}

/** First and last line, of all folds, at which results leave. */
export function outputLines(schedule: Schedule, dataflow: Array2d['dataflow']): { first: number; last: number } {
  const { rowFolds, columnFolds, lines, total } = schedule;
  const { delay, steps, lanes } = outputsOf(schedule, dataflow, columnFolds - 1, rowFolds - 1);
  return { first: outputsOf(schedule, dataflow, 0, 0).delay, last: total - lines + delay + steps + lanes - 2 };
}

/** Writes the results of one line. Returns the cycles that it waits. */
export function writeLine(buffer: WriteBuffer, { delay, steps, lanes }: Outputs, line: number, cycle: number): number {
  const count = line < delay ? 0 : countAt(line - delay, steps, lanes);
  return count > 0 ? buffer.write(count, cycle) - cycle : 0;
}

/**
 * Writes the results of the lines [from, to), the first of them at `cycle`, from one event of the buffer to the next.
 * Returns the cycles that they wait.
 */
export function writeLines(buffer: WriteBuffer, outputs: Outputs, from: number, to: number, cycle: number): number {
  const { delay, steps, lanes } = outputs;
  let waited = 0;
  for (let line = Math.max(from, delay); line < to; ) {
    const now = cycle + line - from + waited;
    const end = Math.min(to, line + buffer.quietUntil(now) - now);
    const before = countUpTo(line - delay - 1, steps, lanes);
    const quiet = buffer.quiet(now);
    const all = countUpTo(end - delay - 1, steps, lanes) - before;
    if (all <= Math.max(0, quiet)) {
      buffer.add(all);
      line = end;
      continue;
    }
    const busy = delay + lineOf(before + Math.max(0, quiet), steps, lanes);
    buffer.add(countUpTo(busy - delay - 1, steps, lanes) - before);
    waited += writeLine(buffer, outputs, busy, now + busy - line);
    line = busy + 1;
  }
  return waited;
}
