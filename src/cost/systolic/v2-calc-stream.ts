import { clearMarks, emptyMarks } from './marks.js';
import type { Operand, Schedule } from './operand.js';
import { offsetsOf, type Picture } from './picture.js';

/** What goes into a buffer from off-chip memory. */
export interface Fills {
  words: number;
  /** Words that came after the buffer was full for the last time. */
  held: number;
  /** Line, of all folds, at which it was. */
  fullAt?: number;
}

/**
 * Every word of a picture in the order in which the array asks for it. SCALE-Sim v2, "CALC mode". Memory: two bytes a
 * word.
 */
export function streamFills(operand: Operand, picture: Picture, schedule: Schedule, capacity: number): Fills {
  const marks = emptyMarks(picture);
  const { tags } = marks;
  const { windows, elements } = offsetsOf(picture);
  const [across, along] = operand.lanesAre === 'windows' ? [windows, elements] : [elements, windows];
  const { rowFolds, columnFolds, lines, rows } = schedule;
  const { layout, lanes, spread, steps, delay } = operand;
  let { age } = marks;
  let held = 0;
  let words = 0;
  let fullAt = -1;

  /** Words across[x + i] + along[t - skew * i] for i below count. */
  const request = (x: number, t: number, skew: number, count: number, line: number) => {
    for (let i = 0; i < count; i++) {
      const word = across[x + i] + along[t - skew * i];
      if (tags[word] >= age) continue;
      tags[word] = age;
      if (++held < capacity) continue;
      words += held;
      held = 0;
      fullAt = line;
      clearMarks(marks, picture);
      age = marks.age;
    }
  };

  for (let columnFold = 0, start = 0; columnFold < columnFolds; columnFold++)
    for (let rowFold = 0; rowFold < rowFolds; rowFold++, start += lines) {
      const base = (operand.along === 'rows' ? rowFold : columnFold) * lanes;
      const used = Math.min(lanes, spread - base);
      if (layout === 'stationary')
        for (let k = Math.min(steps, (rowFold + 1) * rows) - 1; k >= rowFold * rows; k--)
          request(base, k, 0, used, start + (rowFold + 1) * rows - 1 - k);
      else
        for (let line = 0; line < steps + used - 1; line++) {
          const first = line < steps ? 0 : line - steps + 1;
          request(base + first, line - first, 1, Math.min(used, line + 1) - first, start + delay + line);
        }
    }
  return { words: words + held, held, ...(fullAt >= 0 && { fullAt }) };
}
