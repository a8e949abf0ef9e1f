import { clearMarks, emptyMarks } from './marks.js';
import type { Operand, Schedule } from './operand.js';
import { occurrences, offsetsOf, type Picture } from './picture.js';
import { eachInGroup, type PrefetchOrder, ringLineOf } from './prefetch.js';
import { isThere, type Ring, refill } from './ring.js';

/** Lines of one fold that had to wait for refills, and the refills up to then. Time plays no part in it. */
export interface Misses {
  lines: number[];
  refills: number[];
}

/**
 * SCALE-Sim v2, "USER mode": finds out, fold by fold in their order, which lines ask for words that are not in the
 * window. A word is there if any of its places in the order is. A line's words are next to each other in the order, so
 * that mostly one look at the window answers for all of them; only where it does not are they taken one by one. Memory:
 * two bytes a word where windows overlap.
 */
export function missFinder(operand: Operand, order: PrefetchOrder, ring: Ring, schedule: Schedule) {
  const { layout, along, lanes, spread, steps, delay } = operand;
  const { starts } = order;
  const { lineWords } = ring;
  const ensure = operand.picture ? picturedWords(operand, operand.picture, order, ring) : distinctWords(ring);
  const misses: Misses = { lines: [], refills: [] };

  /** Line `line` of a fold asks for lanes [first, end) of a group. */
  const ask = (line: number, group: number, first: number, end: number, base: number) => {
    const from = starts[group];
    const to = starts[group + 1];
    if (from === to) return;
    const firstLine = Math.floor(from / lineWords);
    const lastLine = Math.floor((to - 1) / lineWords);
    if (isThere(ring, firstLine, lastLine)) return;
    const before = ring.refills;
    if (firstLine === lastLine) {
      for (let lane = first; lane < end && !isThere(ring, firstLine); lane++) ensure(group, lane, base, firstLine);
    } else
      eachInGroup(
        operand,
        order,
        group,
        (lane, position) => lane >= first && lane < end && ensure(group, lane, base, Math.floor(position / lineWords)),
      );
    if (ring.refills === before) return;
    misses.lines.push(line);
    misses.refills.push(ring.refills);
  };

  return (columnFold: number, rowFold: number): Misses => {
    misses.lines.length = 0;
    misses.refills.length = 0;
    const fold = along === 'rows' ? rowFold : columnFold;
    const base = fold * lanes;
    const used = Math.min(lanes, spread - base);
    if (layout === 'stationary') {
      const end = (rowFold + 1) * schedule.rows;
      for (let k = Math.min(steps, end) - 1; k >= rowFold * schedule.rows; k--)
        ask(end - 1 - k, fold * steps + k, 0, used, base);
    } else
      for (let line = 0; line < steps + used - 1; line++)
        ask(delay + line, fold * steps + line, line < steps ? 0 : line - steps + 1, Math.min(used, line + 1), base);
    return misses;
  };
}

/**
 * Makes sure that a word is there, by as many refills as it takes; `ringLine` is that of the place it is asked for at.
 */
type Ensure = (group: number, lane: number, base: number, ringLine: number) => void;

/** Words that are in one place each. */
function distinctWords(ring: Ring): Ensure {
  return (_group, _lane, _base, ringLine) => {
    while (!isThere(ring, ringLine)) refill(ring);
  };
}

/** Words of a picture whose windows overlap, or reach beyond its edge, where nobody asks. */
function picturedWords(operand: Operand, picture: Picture, order: PrefetchOrder, ring: Ring): Ensure {
  const { lanes, steps, lanesAre } = operand;
  const { windows, elements } = offsetsOf(picture);
  const [across, along] = lanesAre === 'windows' ? [windows, elements] : [elements, windows];
  const marks = emptyMarks(picture);
  const places: number[] = [];
  const collect = (m: number, k: number) => {
    places.push(
      lanesAre === 'windows'
        ? ringLineOf(operand, order, ring.lineWords, m, k)
        : ringLineOf(operand, order, ring.lineWords, k, m),
    );
  };
  return (group, lane, base, ringLine) => {
    const word = across[base + lane] + along[group - order.skew * lane - (base / lanes) * steps];
    if (marks.tags[word] >= marks.age) return;
    if (!isThere(ring, ringLine)) {
      places.length = 0;
      occurrences(picture, word, collect);
      while (!places.some((line) => isThere(ring, line))) {
        refill(ring);
        clearMarks(marks, picture);
      }
    }
    marks.tags[word] = marks.age;
  };
}
