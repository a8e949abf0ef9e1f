import { partWords, workingWords } from './capacity.js';
import { missFinder } from './misses.js';
import { activeLines, type Operand, type Schedule } from './operand.js';
import type { Moment, Reader } from './pace.js';
import { fetchedElements, prefetchOrder } from './prefetch.js';
import { createRing, firstCycles, refillCycles } from './ring.js';
import { calcFills } from './v2-calc.js';

/** Words and the cycles of the first and the last of them. */
export interface Span {
  start: number;
  stop: number;
  words: number;
}

/** An operand on its way from off-chip memory into the array. */
export interface ReadStream {
  /** First and last line that ask for it. */
  active: { first: number; last: number };
  /** Further lines whose moments `dram` wants. */
  wanted: number[];
  /** What holds the array up; nothing in mode CALC, or where everything fits. */
  reader?: Reader;
  /** Off-chip traffic, once all lines have come to pass. */
  dram(at: (line: number) => Moment): Span;
}

/** Words per cycle at which mode CALC makes the first fill, before the first line. */
const FIRST_FILL = 10;

/** SCALE-Sim v2, "CALC mode": each later fill takes as long as the one before it lasted. */
export function calcStream(operand: Operand, schedule: Schedule, words: number): ReadStream {
  const active = activeLines(operand, schedule);
  const part = partWords(words);
  const capacity = workingWords(words);
  const fills = calcFills(operand, schedule, capacity);
  const { fullAt } = fills;
  return {
    active,
    wanted: fullAt === undefined ? [] : [fullAt],
    dram: (at) =>
      fullAt === undefined
        ? { start: -Math.ceil((Math.ceil(fills.held / part) * part) / FIRST_FILL), stop: -1, words: fills.words }
        : {
            start: at(active.first).cycle - Math.ceil(capacity / FIRST_FILL),
            stop: at(fullAt).cycle + 1,
            words: fills.words,
          },
  };
}

/**
 * SCALE-Sim v2, "USER mode", at `bandwidth` words per cycle: refills run back to back from cycle 0, nobody waits to be
 * asked.
 */
export function userStream(operand: Operand, schedule: Schedule, words: number, bandwidth: number): ReadStream {
  const { count, padded } = fetchedElements(operand);
  const ring = createRing(words, count);
  const first = firstCycles(words, padded, bandwidth);
  const each = refillCycles(words, bandwidth);
  const completion = (refills: number) => refills * (each + 1) - 1;
  return {
    active: activeLines(operand, schedule),
    wanted: [],
    ...(ring.window < ring.lines && {
      reader: { misses: missFinder(operand, prefetchOrder(operand), ring, schedule), completion },
    }),
    dram: () => ({ start: -first, stop: completion(ring.refills), words: (first + ring.refills * each) * bandwidth }),
  };
}
