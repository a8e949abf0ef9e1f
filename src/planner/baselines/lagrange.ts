/** One way to store a tensor: bytes, and the error it makes. */
export interface Choice {
  bits: number;
  size: number;
  error: number;
}

const STEPS = 60;

/**
 * Bits per tensor of least summed error whose sizes fit, by a Lagrange multiplier (Shoham & Gersho 1988): each tensor takes its
 * argmin of `error + multiplier * size`, and the least multiplier that makes the sizes fit is bracketed. Near the optimum, not at it:
 * choices above the lower convex hull are never taken.
 *
 * @param fits told the chosen index per tensor; once true, it stays true for smaller sizes
 * @returns the index of the choice per tensor, undefined where even the smallest do not fit
 */
export function allocate(tensors: readonly (readonly Choice[])[], fits: (chosen: readonly number[]) => boolean): number[] | undefined {
  const smallest = tensors.map((choices) => argmin(choices, ({ size }) => size));
  if (!fits(smallest)) return undefined;
  const at = (multiplier: number) => tensors.map((choices) => argmin(choices, ({ size, error }) => error + multiplier * size));
  const free = at(0);
  if (fits(free)) return free;
  // Above this multiplier no error is worth a change of size.
  let high = Math.max(...tensors.map(steepest));
  if (!(high > 0)) return smallest;
  let low = high * 1e-18;
  let best = smallest;
  for (let step = 0; step < STEPS; step++) {
    const middle = Math.sqrt(low * high);
    const chosen = at(middle);
    if (fits(chosen)) {
      best = chosen;
      high = middle;
    } else low = middle;
  }
  return best;
}

function steepest(choices: readonly Choice[]): number {
  const sizes = [...new Set(choices.map(({ size }) => size))].sort((a, b) => a - b);
  const step = Math.min(...sizes.slice(1).map((size, i) => size - sizes[i]));
  return Number.isFinite(step) ? (2 * Math.max(...choices.map(({ error }) => error))) / step : 0;
}

function argmin(choices: readonly Choice[], cost: (choice: Choice) => number): number {
  let best = 0;
  for (let c = 1; c < choices.length; c++) {
    const difference = cost(choices[c]) - cost(choices[best]);
    if (difference < 0 || (difference === 0 && choices[c].size < choices[best].size)) best = c;
  }
  return best;
}
