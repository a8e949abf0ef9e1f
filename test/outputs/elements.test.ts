import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lanesOf, largestIndices } from '../../src/outputs/elements.js';

test('the largest of each lane is that of the nested array', () => {
  const shape = fc.tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 3 }),
  );
  fc.assert(
    fc.property(shape, fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 36, maxLength: 36 }), (dims, numbers) => {
      const [outer, size, inner] = dims;
      const at = (o: number, k: number, i: number) => numbers[(o * size + k) * inner + i];
      const expected: number[] = [];
      for (let o = 0; o < outer; o++)
        for (let i = 0; i < inner; i++) {
          const lane = Array.from({ length: size }, (_, k) => at(o, k, i));
          expected.push(lane.indexOf(Math.max(...lane)));
        }
      expect([...largestIndices(numbers, lanesOf(dims, 1))]).toEqual(expected);
    }),
  );
});

test('NaN is larger than nothing', () => {
  expect([...largestIndices([Number.NaN, 1, 0, Number.NaN], lanesOf([2, 2], 1))]).toEqual([0, 0]);
});
