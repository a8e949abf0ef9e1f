/** One way to store a tensor: bytes, and the error it makes. */
export interface Choice {
  bits: number;
  size: number;
  error: number;
}

/** A step from one choice of a tensor to the next one on its lower convex hull. */
interface Step {
  tensor: number;
  to: number;
  /** Error that it saves per byte: the multiplier at which it is taken. */
  slope: number;
}

/** Every multiplier that changes an allocation, in the order in which it falls. */
export interface Hulls {
  smallest: number[];
  steps: Step[];
}

/** The lower convex hulls of error over size: what some multiplier takes. */
export function hullsOf(tensors: readonly (readonly Choice[])[]): Hulls {
  const hulls = tensors.map(lowerHull);
  const steps = hulls.flatMap((hull, tensor) =>
    hull.slice(1).map((to, k): Step => {
      const [a, b] = [tensors[tensor][hull[k]], tensors[tensor][to]];
      return { tensor, to, slope: (a.error - b.error) / (b.size - a.size) };
    }),
  );
  // Along a hull slopes fall, so that the order within a tensor is kept.
  steps.sort((a, b) => b.slope - a.slope);
  return { smallest: hulls.map(([first]) => first ?? 0), steps };
}

/**
 * Bits per tensor of least summed error whose sizes fit, by a Lagrange multiplier (Shoham & Gersho 1988): each tensor
 * takes its argmin of `error + multiplier * size`. As the multiplier falls, one tensor after the other goes on along
 * its hull; the last allocation that fits is taken. Near the optimum, not at it: choices above the hull are never
 * taken.
 *
 * @param fits told the chosen index per tensor; once true, it stays true for smaller sizes
 * @returns the index of the choice per tensor, undefined where even the smallest do not fit
 */
export function allocate(
  { smallest, steps }: Hulls,
  fits: (chosen: readonly number[]) => boolean,
): number[] | undefined {
  if (!fits(smallest)) return undefined;
  const after = (count: number) => {
    const chosen = smallest.slice();
    for (let s = 0; s < count; s++) chosen[steps[s].tensor] = steps[s].to;
    return chosen;
  };
  let [low, high] = [0, steps.length + 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (fits(after(middle))) low = middle;
    else high = middle;
  }
  return after(low);
}

/** Indices from the smallest choice to that of least error. */
function lowerHull(choices: readonly Choice[]): number[] {
  const order = choices
    .map((_, c) => c)
    .sort((a, b) => choices[a].size - choices[b].size || choices[a].error - choices[b].error);
  const hull: number[] = [];
  for (const c of order) {
    if (hull.length > 0 && choices[c].error >= choices[hull[hull.length - 1]].error) continue;
    while (hull.length > 1 && isAbove(choices[hull[hull.length - 2]], choices[hull[hull.length - 1]], choices[c]))
      hull.pop();
    hull.push(c);
  }
  return hull;
}

/** True where b lies on or above the line from a to c. */
const isAbove = (a: Choice, b: Choice, c: Choice) =>
  (b.error - a.error) * (c.size - a.size) >= (c.error - a.error) * (b.size - a.size);
