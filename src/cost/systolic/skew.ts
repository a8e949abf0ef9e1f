/**
 * Operands enter and results leave the array askew: lane `j` of `lanes` begins `j` lines after lane 0 and takes one
 * element a line for `steps` lines.
 */

/** Elements on one line. */
export function countAt(line: number, steps: number, lanes: number): number {
  const last = line < lanes ? line : lanes - 1;
  const first = line >= steps ? line - steps + 1 : 0;
  return last < first ? 0 : last - first + 1;
}

/** Elements on the lines from 0 to `line`. */
export const countUpTo = (line: number, steps: number, lanes: number) =>
  triangle(line + 1) - triangle(line + 1 - lanes) - triangle(line + 1 - steps) + triangle(line + 1 - steps - lanes);

const triangle = (side: number) => (side > 0 ? (side * (side + 1)) / 2 : 0);

/** The line of the element that `before` others precede, lines and then lanes in ascending order. */
export function lineOf(before: number, steps: number, lanes: number): number {
  let low = 0;
  let high = steps + lanes - 2;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (countUpTo(middle, steps, lanes) > before) high = middle;
    else low = middle + 1;
  }
  return low;
}
