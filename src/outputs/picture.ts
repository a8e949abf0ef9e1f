import type { Run } from './channels.js';
import { lanesOf, wideAxes } from './elements.js';

/** Elements that are looked at along an axis. */
const MAX_PAIRS = 65536;
/** Values that a picture has at least; labels seldom have so many. */
const MIN_VALUES = 32;
/** Neighbours of a picture that differ do so by less than this share of what any two elements that differ do. */
const MAX_RATIO = 0.5;

/**
 * Whether integers are brightnesses or the like: many values, and those of neighbours close to each other. Numbers of
 * classes jump.
 */
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

/** Mean difference of elements that are so far apart along an axis, of those that differ. */
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
