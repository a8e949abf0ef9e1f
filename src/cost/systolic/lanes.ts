/**
 * How many lanes are in use, where lane after lane starts and stops: the cycles from which on it rises by one a cycle
 * more, or less.
 */
export interface Lanes {
  bends: { cycle: number; by: 1 | -1 }[];
}

/** Lanes [first, end) run for `cycles` each, lane j from `start + j` on. */
export function run({ bends }: Lanes, start: number, first: number, end: number, cycles: number): void {
  if (end <= first || cycles <= 0) return;
  bends.push(
    { cycle: start + first, by: 1 },
    { cycle: start + end, by: -1 },
    { cycle: start + first + cycles, by: -1 },
    { cycle: start + end + cycles, by: 1 },
  );
}

/** The sum over the cycles [0, end) of what is in use in one times what is in use in the other. */
export function sumOfProducts(a: Lanes, b: Lanes, end: number): number {
  const bends = [...a.bends.map((bend) => ({ ...bend, of: 0 })), ...b.bends.map((bend) => ({ ...bend, of: 1 }))];
  bends.sort((one, other) => one.cycle - other.cycle);
  const used = [0, 0];
  const slope = [0, 0];
  let sum = 0;
  let now = 0;
  for (const { cycle, by, of } of [...bends, { cycle: end, by: 0, of: 0 }]) {
    const count = Math.min(cycle, end) - now;
    if (count > 0) {
      const steps = (count * (count + 1)) / 2;
      const squares = (steps * (2 * count + 1)) / 3;
      sum +=
        count * used[0] * used[1] + steps * (used[0] * slope[1] + used[1] * slope[0]) + squares * slope[0] * slope[1];
      used[0] += count * slope[0];
      used[1] += count * slope[1];
      now += count;
    }
    slope[of] += by;
  }
  return sum;
}
