import type { Array2d } from './geometry.js';
import type { Misses } from './misses.js';
import type { Schedule } from './operand.js';
import { outputsOf, writeLine, writeLines } from './outputs.js';
import type { WriteBuffer } from './write-buffer.js';

/** A buffer that is read and may have to be waited for. */
export interface Reader {
  misses(columnFold: number, rowFold: number): Misses;
  /** Cycle at which a number of refills is complete. */
  completion(refills: number): number;
}

/** When a line comes to pass. */
export interface Moment {
  /** Its number and the stalls before it. */
  cycle: number;
  /** Cycles that each operand holds it up; the longest counts. */
  ifmap: number;
  filter: number;
  ofmap: number;
}

/**
 * Runs all folds. SCALE-Sim v2, "USER mode" and "write buffer": a line waits for the slowest of its three streams. Only
 * lines that may have to wait are looked at; those between them pass a cycle each.
 *
 * @param lines Lines whose moments are wanted.
 * @returns all stalls, and the moment of any of those lines.
 */
export function pace(
  schedule: Schedule,
  dataflow: Array2d['dataflow'],
  readers: { ifmap?: Reader; filter?: Reader },
  buffer: WriteBuffer,
  lines: readonly number[],
): { stalls: number; at: (line: number) => Moment } {
  const { rowFolds, columnFolds } = schedule;
  const wanted = [...new Set(lines)].sort((a, b) => a - b);
  const moments = new Map<number, Moment>();
  let stalls = 0;
  let start = 0;
  let next = 0;
  for (let columnFold = 0; columnFold < columnFolds; columnFold++)
    for (let rowFold = 0; rowFold < rowFolds; rowFold++, start += schedule.lines) {
      const ifmap = waitsOf(readers.ifmap, columnFold, rowFold);
      const filter = waitsOf(readers.filter, columnFold, rowFold);
      const outputs = outputsOf(schedule, dataflow, columnFold, rowFold);
      for (let line = 0; line < schedule.lines; line++) {
        const stop = Math.min(
          schedule.lines,
          ifmap.line(),
          filter.line(),
          next < wanted.length ? wanted[next] - start : schedule.lines,
        );
        stalls += writeLines(buffer, outputs, line, stop, start + line + stalls);
        line = stop;
        if (line === schedule.lines) break;
        const cycle = start + line + stalls;
        const moment = {
          cycle,
          ifmap: ifmap.wait(line, cycle),
          filter: filter.wait(line, cycle),
          ofmap: writeLine(buffer, outputs, line, cycle),
        };
        stalls += Math.max(moment.ifmap, moment.filter, moment.ofmap);
        if (next === wanted.length || start + line !== wanted[next]) continue;
        moments.set(start + line, moment);
        next++;
      }
    }
  const at = (line: number) => {
    const moment = moments.get(line);
    if (!moment) throw new RangeError(`line ${line} was not wanted`);
    return moment;
  };
  return { stalls, at };
}

/** The lines of a fold that may have to wait for an operand. */
interface Waits {
  /** The next of them. */
  line(): number;
  /** Cycles that a line waits: until the last refill that it started is complete. */
  wait(line: number, cycle: number): number;
}

const NEVER: Waits = { line: () => Number.POSITIVE_INFINITY, wait: () => 0 };

function waitsOf(reader: Reader | undefined, columnFold: number, rowFold: number): Waits {
  if (!reader) return NEVER;
  const { lines, refills } = reader.misses(columnFold, rowFold);
  if (lines.length === 0) return NEVER;
  let next = 0;
  return {
    line: () => lines[next] ?? Number.POSITIVE_INFINITY,
    wait: (line, cycle) => (line === lines[next] ? Math.max(0, reader.completion(refills[next++]) - (cycle + 1)) : 0),
  };
}
