import fc from 'fast-check';
import { expect, test } from 'vitest';
import { remainingInWords, remainingTime } from '../../src/util/remaining.js';

/** A clock that is set by hand. */
function clock() {
  let time = 0;
  return { now: () => time, pass: (seconds: number) => (time += seconds) };
}

test('nothing is said in the first 5 s, then what a steady rate leaves, and nothing at the end', () => {
  const { now, pass } = clock();
  const remaining = remainingTime(now);
  const said = Array.from({ length: 10 }, (_, i) => {
    pass(2);
    return remaining({ what: 'ranges', done: i + 1, of: 10 });
  });
  expect(said.slice(0, 2)).toEqual([undefined, undefined]);
  for (const [i, left] of said.slice(2, 9).entries()) expect(left).toBeCloseTo((7 - i) * 2, 9);
  expect(said[9]).toBeUndefined();
});

test('between two steps it goes down with the clock', () => {
  const { now, pass } = clock();
  const remaining = remainingTime(now);
  pass(10);
  expect(remaining({ what: 'a', done: 1, of: 3 })).toBeCloseTo(20);
  pass(4);
  expect(remaining({ what: 'a', done: 1, of: 3 })).toBeCloseTo(16);
});

test('another count begins anew', () => {
  const { now, pass } = clock();
  const remaining = remainingTime(now);
  pass(60);
  expect(remaining({ what: 'a', done: 1, of: 2 })).toBeCloseTo(60);
  pass(1);
  expect(remaining({ what: 'b', done: 1, of: 100 })).toBeUndefined();
  pass(5);
  expect(remaining({ what: 'b', done: 6, of: 100 })).toBeCloseTo(94);
  pass(6);
  expect(remaining({ what: 'b', done: 1, of: 100 })).toBeCloseTo(594);
});

test('a rate that changes is followed, and never forgotten at once', () => {
  const { now, pass } = clock();
  const remaining = remainingTime(now);
  for (let done = 1; done <= 20; done++) {
    pass(1);
    remaining({ what: 'a', done, of: 1000 });
  }
  pass(10);
  const left = remaining({ what: 'a', done: 21, of: 1000 }) ?? Number.NaN;
  expect(left).toBeGreaterThan(979);
  expect(left).toBeLessThan(9790);
});

test('is between what the fastest and the slowest step would leave', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.1, max: 30, noNaN: true }), { minLength: 1, maxLength: 40 }), (steps) => {
      const { now, pass } = clock();
      const remaining = remainingTime(now);
      const of = steps.length + 10;
      for (const [i, seconds] of steps.entries()) {
        pass(seconds);
        const left = remaining({ what: 'a', done: i + 1, of });
        const units = of - i - 1;
        const seen = steps.slice(0, i + 1);
        if (left === undefined) expect(seen.reduce((a, b) => a + b, 0)).toBeLessThan(5 + 1e-9);
        else {
          expect(left).toBeGreaterThanOrEqual(units * Math.min(...seen) * (1 - 1e-9));
          expect(left).toBeLessThanOrEqual(units * Math.max(...seen) * (1 + 1e-9));
        }
      }
    }),
  );
});

test.each([
  [0.2, 'about 1 s left'],
  [7.4, 'about 7 s left'],
  [38, 'about 40 s left'],
  [57, 'about 55 s left'],
  [58, 'about 1 min left'],
  [200, 'about 3 min left'],
])('%s s in words', (seconds, words) => {
  expect(remainingInWords(seconds)).toBe(words);
});
