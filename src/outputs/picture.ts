import type { Run } from './channels.js';
import { lanesOf, wideAxes } from './elements.js';

/** Limit on inspected elements along an axis. */
const MAX_PAIRS = 65536;
/** Least number of distinct values of a picture; labels seldom have as many. */
const MIN_VALUES = 32;
/** Neighbouring pixels differ by less than this share of the difference between any two pixels. */
const MAX_RATIO = 0.5;

/** Whether integers are like brightness: many distinct values, similar between neighbours. Class indices jump. */
export function isPicture(runs: readonly Run[]): boolean {
  const seen = new Set<number>();
  for (const { values } of runs) for (let i = 0; i < values.length && seen.size < MIN_VALUES; i++) seen.add(values[i]);
  if (seen.size < MIN_VALUES) return false;
  return wideAxes(runs[0].shape).some((axis) => {
    const near = meanStep(runs, axis, () => 1);
    const far = meanStep(runs, axis, (size) => Math.max(1, Math.round(size * 0.382)));
    return far > 0 && near < MAX_RATIO * far;
  });
}

/** Mean difference of unequal elements at this distance along an axis. */
function meanStep(runs: readonly Run[], axis: number, distanceOf: (size: number) => number): number {
  let [sum, count] = [0, 0];
  for (const { shape, values } of runs) {
    const { size, inner } = lanesOf(shape, axis);
    const distance = distanceOf(size);
    const stride = Math.max(1, Math.floor(values.length / MAX_PAIRS));
    for (let i = 0; i < values.length; i += stride) {
      if ((Math.floor(i / inner) % size) + distance >= size) continue;
      const step = Math.abs(values[i] - values[i + distance * inner]);
      if (step === 0) continue;
      sum += step;
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
}
