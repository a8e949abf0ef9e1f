import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ROUNDER, roundHalfEven, roundSignificant } from '../../src/numerics/round.js';

test('halves go to the even neighbour, everything else to the nearest', () => {
  for (let n = -200; n <= 200; n++) {
    expect(roundHalfEven(n) + 0).toBe(n);
    expect(roundHalfEven(n + 0.25) + 0).toBe(n);
    expect(roundHalfEven(n + 0.75) + 0).toBe(n + 1);
    expect(roundHalfEven(n + 0.5) + 0).toBe(n % 2 === 0 ? n : n + 1);
  }
});

test('it is what IEEE addition rounds to', () => {
  const ieee = (value: number) => value + ROUNDER - ROUNDER;
  const halves = fc.integer({ min: -(2 ** 30), max: 2 ** 30 }).map((n) => n / 2);
  const values = fc.oneof(fc.double({ min: -(2 ** 40), max: 2 ** 40, noNaN: true }), halves);
  fc.assert(
    fc.property(values, (value) => {
      expect(roundHalfEven(value) + 0).toBe(ieee(value) + 0);
    }),
  );
});

test('significant bits: the result has no more of them and is no further than half a unit', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-30, max: 1e30, noNaN: true }), fc.integer({ min: 2, max: 20 }), (value, bits) => {
      const rounded = roundSignificant(value, bits);
      const unit = 2 ** (Math.floor(Math.log2(value)) - bits + 1);
      expect(Math.abs(rounded - value)).toBeLessThanOrEqual(unit / 2);
      expect(Number.isInteger(rounded / unit)).toBe(true);
    }),
  );
  expect(roundSignificant(0, 10)).toBe(0);
});
