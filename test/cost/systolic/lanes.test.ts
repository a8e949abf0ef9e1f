import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Lanes, run, sumOfProducts } from '../../../src/cost/systolic/lanes.js';

const runs = fc.array(
  fc.record({
    start: fc.integer({ min: 0, max: 20 }),
    first: fc.integer({ min: 0, max: 4 }),
    count: fc.integer({ min: 0, max: 6 }),
    cycles: fc.integer({ min: 0, max: 9 }),
  }),
  { maxLength: 5 },
);

it('sums what a loop over cycles sums', () => {
  fc.assert(
    fc.property(runs, runs, fc.integer({ min: 0, max: 40 }), (a, b, end) => {
      const lanes = (list: typeof a) => {
        const all: Lanes = { bends: [] };
        for (const { start, first, count, cycles } of list) run(all, start, first, first + count, cycles);
        return all;
      };
      const used = (list: typeof a, cycle: number) =>
        list.reduce((sum, { start, first, count, cycles }) => {
          let here = 0;
          for (let lane = first; lane < first + count; lane++)
            if (cycle >= start + lane && cycle < start + lane + cycles) here++;
          return sum + here;
        }, 0);
      let sum = 0;
      for (let cycle = 0; cycle < end; cycle++) sum += used(a, cycle) * used(b, cycle);
      expect(sumOfProducts(lanes(a), lanes(b), end)).toBeCloseTo(sum, 6);
    }),
  );
});
