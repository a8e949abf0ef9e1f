/**
 * The double buffer of the outputs. SCALE-Sim v2, "write buffer". It counts rows of `rowWords` words, those that memory
 * takes in one cycle. Once half the buffer is taken it closes the row it is filling and drains; a write
 * waits only if the buffer is full while it drains.
 */
export interface WriteBuffer {
  /** Words that can be written at `cycle` without anything happening. */
  quiet(cycle: number): number;
  /** The cycle up to which that number holds, this one excluded. */
  quietUntil(cycle: number): number;
  /** Writes so few words that nothing happens. */
  add(count: number): void;
  /** Writes `count` words at `cycle`. Returns the cycle at which the last of them is written. */
  write(count: number, cycle: number): number;
  /** Drains what is left, from `cycle` on. */
  finish(cycle: number): void;
  /**
   * Cycles of the first and of the last transfer, and words as the simulator counts them: some padding of closed rows
   * included.
   */
  drained(): { start: number; stop: number; words: number };
}

export function writeBuffer(words: number, rowWords: number): WriteBuffer {
  const half = Math.floor(words / 2);
  const rest = words - half;
  const rowsPerDrain = Math.ceil(half / rowWords);
  /** Rows that were closed before they were full: number and words, oldest first. All others are full. */
  const short: { row: number; words: number }[] = [];
  let free = words;
  let filling = 0;
  let rows = 0;
  let drainedRows = 0;
  let drainEnd = 0;
  let total = 0;
  let start = -1;
  let stop = 0;

  const close = () => {
    if (filling === 0) return;
    short.push({ row: rows++, words: filling });
    filling = 0;
  };

  const drain = (cycle: number) => {
    const end = Math.min(drainedRows + rowsPerDrain, rows);
    while (short.length > 0 && short[0].row < end - 1) short.shift();
    const padding = short.length > 0 && short[0].row === end - 1 ? rowWords - short[0].words : 0;
    const moved = (end - drainedRows) * rowWords - padding;
    if (start < 0) start = cycle;
    stop = cycle + end - drainedRows - 1;
    total += moved;
    free += moved;
    drainedRows = end;
    drainEnd = stop;
  };

  const add = (count: number) => {
    free -= count;
    filling += count;
    rows += Math.floor(filling / rowWords);
    filling %= rowWords;
  };

  const quiet = (cycle: number) => (cycle < drainEnd ? free - 1 : free - rest);

  return {
    quiet,
    quietUntil: (cycle) => (cycle < drainEnd ? drainEnd : Number.POSITIVE_INFINITY),
    add,
    write(count, cycle) {
      let now = cycle;
      for (let left = count; left > 0; left--) {
        // As many as fit without an event, then the one that makes it.
        const few = quiet(now);
        if (few >= left) {
          add(left);
          break;
        }
        if (few > 0) {
          add(few);
          left -= few;
        }
        add(1);
        if (now < drainEnd) now = drainEnd;
        else {
          close();
          drain(now);
        }
      }
      return now;
    },
    finish(cycle) {
      close();
      for (let now = cycle; drainedRows < rows; now = drainEnd + 1) drain(now);
    },
    drained: () => ({ start, stop, words: total }),
  };
}
