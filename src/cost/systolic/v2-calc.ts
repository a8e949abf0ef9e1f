import type { Operand, Schedule } from './operand.js';
import { lineOf } from './skew.js';
import { type Fills, streamFills } from './v2-calc-stream.js';

/**
 * SCALE-Sim v2, "CALC mode": a read buffer is a set of words that is emptied when it is full; a word that is not in it
 * is read. In closed form but for windows that overlap, or are partial, and do not fit, whose words are streamed in
 * their order.
 *
 * @param capacity Words at which the set is full.
 */
export function calcFills(operand: Operand, schedule: Schedule, capacity: number): Fills {
  if (!operand.picture) return distinctFills(operand, schedule, capacity);
  const { touched } = operand.picture;
  return touched < capacity
    ? { words: touched, held: touched }
    : streamFills(operand, operand.picture, schedule, capacity);
}

/** Words that are asked for in blocks of distinct words, each block `times` in a row. */
function distinctFills(operand: Operand, schedule: Schedule, capacity: number): Fills {
  const { blocks, times, sizeOf } = passesOf(operand, schedule);
  let words = 0;
  let held = 0;
  let fullAt: number | undefined;
  for (let block = 0; block < blocks; block++) {
    const size = sizeOf(block);
    const all = size * times;
    // A block that fits but not beside what is held is emptied on the way, and what came before that is read again.
    const read = size >= capacity ? all : held + size < capacity ? size : times === 1 ? size : size + capacity - held;
    const last =
      size >= capacity || times === 1 ? Math.floor((held + read) / capacity) * capacity - held : capacity - held;
    if (last > 0 && last <= read)
      fullAt = lineOfRequest(operand, schedule, block * times + Math.floor((last - 1) / size), (last - 1) % size);
    words += read;
    held = (held + read) % capacity;
  }
  return { words, held, ...(fullAt !== undefined && { fullAt }) };
}

function passesOf({ layout, along, lanes, spread, steps }: Operand, { rowFolds, columnFolds }: Schedule) {
  if (layout === 'stationary') return { blocks: 1, times: 1, sizeOf: () => spread * steps };
  if (along === 'rows') return { blocks: 1, times: columnFolds, sizeOf: () => spread * steps };
  return {
    blocks: columnFolds,
    times: rowFolds,
    sizeOf: (block: number) => Math.min(lanes, spread - block * lanes) * steps,
  };
}

/**
 * The line of a request: the one that `before` others precede in a pass, a pass being all there is between two uses of
 * a word.
 */
function lineOfRequest(operand: Operand, schedule: Schedule, pass: number, before: number): number {
  const { layout, along, lanes, spread, steps, delay } = operand;
  const { rowFolds, rows, lines } = schedule;
  if (layout === 'stationary') {
    const column = Math.floor(before / (lanes * steps));
    const width = Math.min(lanes, spread - column * lanes);
    const row = Math.floor((before - column * lanes * steps) / width);
    const fold = Math.floor(row / rows);
    const loaded = Math.min(rows, steps - fold * rows);
    return (column * rowFolds + fold) * lines + rows - loaded + (row % rows);
  }
  const inPass = along === 'rows' ? Math.floor(before / (lanes * steps)) : 0;
  const fold = along === 'rows' ? pass * rowFolds + inPass : pass;
  const base = (along === 'rows' ? inPass : Math.floor(pass / rowFolds)) * lanes;
  return fold * lines + delay + lineOf(before - inPass * lanes * steps, steps, Math.min(lanes, spread - base));
}
