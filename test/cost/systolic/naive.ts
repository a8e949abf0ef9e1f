import type { DenseConvolution } from '../../../src/cost/systolic/geometry.js';
import type { Report, ScaleSim } from '../../../src/cost/systolic/v2.js';

/**
 * SCALE-Sim v2 as its description reads, word by word and cycle by cycle, with matrices of addresses and sets: slow,
 * obvious, and with no code of the simulator. Numbers of cycles and words only; shares and bandwidths follow from them.
 */
export function naive(device: ScaleSim, conv: DenseConvolution) {
  const { array, dataflow, words, bandwidth } = device;
  const { rows, columns } = array;
  const ifmap = windows(conv);
  const m = ifmap.length;
  const k = ifmap[0].length;
  const n = conv.filters;
  const filter = table(k, n, (e, f) => f * k + e);
  const [spreadRows, spreadColumns, steps] = dataflow === 'os' ? [m, n, k] : dataflow === 'ws' ? [k, n, m] : [k, m, n];
  const lines = steps + (dataflow === 'os' ? rows : 2 * rows) + columns - 2;

  // What each line of each fold asks for and how many results leave it. -1: beyond the edge.
  const asked: { ifmap: number[]; filter: number[]; ofmap: number }[] = [];
  const askew = (operand: number[][], base: number, lanes: number, line: number) =>
    range(lanes).flatMap((lane) => operand[line - lane]?.[base + lane] ?? []);
  for (let c = 0; c < spreadColumns; c += columns)
    for (let r = 0; r < spreadRows; r += rows)
      for (let line = 0; line < lines; line++) {
        const loaded = (operand: number[][]) =>
          line < rows ? (operand[r + rows - 1 - line]?.slice(c, c + columns) ?? []) : [];
        const results = (width: number, height: number, delay: number) =>
          range(width).filter(
            (lane) => c + lane < spreadColumns && line - delay - lane >= 0 && line - delay - lane < height,
          );
        if (dataflow === 'os')
          asked.push({
            ifmap: askew(transpose(ifmap), r, rows, line),
            filter: askew(filter, c, columns, line),
            ofmap: results(columns, rows, steps - 1).filter((lane) => r + rows - 1 - (line - (steps - 1) - lane) < m)
              .length,
          });
        else if (dataflow === 'ws')
          asked.push({
            ifmap: askew(ifmap, r, rows, line - rows),
            filter: loaded(filter),
            ofmap: results(columns, steps, 2 * rows - 1).length,
          });
        else
          asked.push({
            ifmap: loaded(transpose(ifmap)),
            filter: askew(transpose(filter), r, rows, line - rows),
            ofmap: results(columns, steps, 2 * rows - 1).length,
          });
      }

  const stacked = (operand: number[][], lanes: number) => {
    const spread = operand[0].length;
    const tall = range(Math.ceil(spread / lanes)).flatMap((fold) =>
      operand.map((row) => row.slice(fold * lanes, (fold + 1) * lanes)),
    );
    const order = range(tall.length + lanes).flatMap((diagonal) =>
      range(lanes).flatMap((lane) => tall[diagonal - lane]?.[lane] ?? []),
    );
    return { order, padded: tall.length * lanes };
  };
  const byRows = (operand: number[][]) => {
    const folds = Math.ceil(operand[0].length / columns);
    const order = range(folds).flatMap((fold) =>
      operand.flatMap((row) => row.slice(fold * columns, (fold + 1) * columns)),
    );
    return { order, padded: folds * operand.length * columns };
  };
  const fetched =
    dataflow === 'os'
      ? { ifmap: stacked(transpose(ifmap), rows), filter: stacked(filter, columns) }
      : dataflow === 'ws'
        ? { ifmap: stacked(ifmap, rows), filter: byRows(filter) }
        : { ifmap: byRows(transpose(ifmap)), filter: stacked(transpose(filter), rows) };
  const buffer = (of: 'ifmap' | 'filter') =>
    bandwidth === 'calc'
      ? calcBuffer(words[of])
      : userBuffer(words[of], bandwidth, fetched[of].order, fetched[of].padded);
  const buffers = { ifmap: buffer('ifmap'), filter: buffer('filter') };
  const results = resultBuffer(words.ofmap, bandwidth === 'calc' ? columns : bandwidth);

  let stalls = 0;
  let last = 0;
  const times = { ifmap: [] as number[], filter: [] as number[], ofmap: [] as number[] };
  asked.forEach((line, index) => {
    const cycle = index + stalls;
    const waits = (['ifmap', 'filter'] as const).map((of) => {
      const words = line[of].filter((word) => word >= 0);
      const wait = Math.max(0, ...words.map((word) => buffers[of].ask(word, cycle)));
      if (words.length > 0) times[of].push(cycle + 1 + wait);
      return wait;
    });
    last = cycle;
    for (let i = 0; i < line.ofmap; i++) last = results.write(last);
    if (line.ofmap > 0) times.ofmap.push(last);
    stalls += Math.max(...waits, last - cycle);
  });
  results.finish(last);
  const span = (of: keyof typeof times) => ({ start: times[of][0], stop: times[of].at(-1) });
  return {
    totalCycles: last,
    stallCycles: stalls,
    sram: { ifmap: span('ifmap'), filter: span('filter'), ofmap: span('ofmap') },
    dram: { ifmap: buffers.ifmap.moved(), filter: buffers.filter.moved(), ofmap: results.moved() },
  };
}

/** What of a report can be compared with {@link naive}. */
export const counted = ({ totalCycles, stallCycles, sram, dram }: Report) => {
  const span = ({ start, stop }: { start: number; stop: number }) => ({ start, stop });
  const moved = ({ start, stop, words }: { start: number; stop: number; words: number }) => ({ start, stop, words });
  return {
    totalCycles,
    stallCycles,
    sram: { ifmap: span(sram.ifmap), filter: span(sram.filter), ofmap: span(sram.ofmap) },
    dram: { ifmap: moved(dram.ifmap), filter: moved(dram.filter), ofmap: moved(dram.ofmap) },
  };
};

const range = (length: number) => Array.from({ length: Math.max(0, length) }, (_, i) => i);
const table = (height: number, width: number, at: (row: number, column: number) => number) =>
  range(height).map((row) => range(width).map((column) => at(row, column)));
const transpose = (matrix: number[][]) => table(matrix[0].length, matrix.length, (row, column) => matrix[column][row]);

/** Addresses of the words of each window. */
function windows(conv: DenseConvolution): number[][] {
  const { inputHeight, inputWidth, channels, kernelHeight, kernelWidth, strideHeight, strideWidth } = conv;
  const rows = [];
  for (let y = 0; y < inputHeight - kernelHeight + strideHeight; y += strideHeight)
    for (let x = 0; x < inputWidth - kernelWidth + strideWidth; x += strideWidth) {
      const row = [];
      for (let i = y; i < y + kernelHeight; i++)
        for (let j = x; j < x + kernelWidth; j++)
          for (let c = 0; c < channels; c++)
            row.push(i < inputHeight && j < inputWidth ? (i * inputWidth + j) * channels + c : -1);
      rows.push(row);
    }
  return rows;
}

/** Mode CALC: a set that is emptied when it is full. */
function calcBuffer(words: number) {
  const part = Math.floor(words / 100);
  const held = new Set<number>();
  const emptied: number[] = [];
  let first: number | undefined;
  let read = 0;
  return {
    ask(word: number, cycle: number) {
      first ??= cycle;
      if (held.has(word)) return 0;
      held.add(word);
      read++;
      if (held.size === 50 * part) {
        held.clear();
        emptied.push(cycle);
      }
      return 0;
    },
    moved() {
      const end = emptied.at(-1);
      if (end !== undefined && first !== undefined)
        return { start: first - Math.ceil((50 * part) / 10), stop: end + 1, words: read };
      return { start: -Math.ceil((Math.ceil(held.size / part) * part) / 10), stop: -1, words: read };
    },
  };
}

/** Mode USER: a window of lines on a ring. */
function userBuffer(words: number, bandwidth: number, order: number[], padded: number) {
  const present = order.filter((word) => word >= 0);
  const size = Math.ceil(words / 100);
  const lines = Math.floor(present.length / size) + 1;
  const places = new Map<number, number[]>();
  for (const [position, word] of present.entries()) places.set(word, [...(places.get(word) ?? []), position]);
  const active = Math.ceil(words / 2);
  const width = Math.min(lines, Math.ceil(active / size));
  const step = Math.min(lines - width, Math.ceil((words - active) / size));
  const cycles = Math.ceil((words - active) / bandwidth);
  const before = Math.min(Math.ceil(active / bandwidth), Math.ceil(padded / bandwidth));
  let from = 0;
  let refills = 0;
  let done = -1;
  const isThere = (word: number) =>
    (places.get(word) ?? []).some((position) => (Math.floor(position / size) - from + lines) % lines < width);
  return {
    ask(word: number, cycle: number) {
      if (isThere(word)) return 0;
      while (!isThere(word)) {
        from = (from + step) % lines;
        refills++;
        done += cycles + 1;
      }
      return done - (cycle + 1);
    },
    moved: () => ({ start: -before, stop: done, words: (before + refills * cycles) * bandwidth }),
  };
}

/** The write buffer: rows of words, closed and drained. */
function resultBuffer(words: number, rowWords: number) {
  const half = Math.floor(words / 2);
  const rows: number[] = [];
  let row = 0;
  let free = words;
  let end = 0;
  let total = 0;
  let start: number | undefined;
  let stop = 0;
  const close = () => {
    if (row > 0) rows.push(row);
    row = 0;
  };
  const drain = (cycle: number) => {
    const drained = rows.splice(0, Math.ceil(half / rowWords));
    const moved = (drained.length - 1) * rowWords + (drained.at(-1) ?? 0);
    start ??= cycle;
    stop = cycle + drained.length - 1;
    end = stop;
    free += moved;
    total += moved;
  };
  return {
    write(cycle: number) {
      row++;
      if (row === rowWords) close();
      free--;
      if (cycle < end) return free <= 0 ? end : cycle;
      if (free < words - half) {
        close();
        drain(cycle);
      }
      return cycle;
    },
    finish(cycle: number) {
      close();
      for (let now = cycle; rows.length > 0; now = end + 1) drain(now);
    },
    moved: () => ({ start, stop, words: total }),
  };
}
