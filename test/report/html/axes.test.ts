import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decadeTick, powerUnit, sideBySide, spanOf } from '../../../src/report/html/axes.js';

test('a span holds its values, and is wide enough for ticks of few digits', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 9 }), (values) => {
      const [low, high] = spanOf(values);
      expect(low).toBeLessThanOrEqual(Math.min(...values));
      expect(high).toBeGreaterThanOrEqual(Math.max(...values));
      expect((high - low) / high).toBeGreaterThan(0.04);
    }),
  );
});

test('what differs enough is shown as it is; nanoseconds do not fill a page', () => {
  expect(spanOf([80, 90, 85])).toEqual([80, 90]);
  const [low, high] = spanOf([80.8683, 80.87]);
  expect([Math.round(low), Math.round(high)]).toEqual([73, 89]);
  expect(spanOf([0, 0])).toEqual([0, 0]);
});

test('marks stand side by side, in their order, and stay where there is room', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 12 }), (values) => {
      const sorted = [...values].sort((a, b) => a - b);
      const places = sideBySide(sorted, 5);
      expect(places).toHaveLength(sorted.length);
      for (const [i, place] of places.slice(1).entries()) expect(place - places[i]).toBeGreaterThan(5 - 1e-9);
      if (sorted.every((value, i) => i === 0 || value - sorted[i - 1] >= 5)) expect(places).toEqual(sorted);
    }),
  );
  expect(sideBySide([80, 80, 100], 4)).toEqual([78, 82, 100]);
});

test('small amounts without a unit are counted in powers of ten', () => {
  expect(powerUnit(0.4)).toEqual({ factor: 1, name: 'no unit' });
  expect(powerUnit(0)).toEqual({ factor: 1, name: 'no unit' });
  const { factor, name } = powerUnit(1.9e-5);
  expect(factor).toBeCloseTo(1e-5, 15);
  expect(name).toBe('in 10⁻⁵, no unit');
  expect(powerUnit(3e-12).name).toBe('in 10⁻¹², no unit');
});

test('ticks over many decades have few characters', () => {
  const values = [0.5, 0.02, 0.001, 1e-4, 5e-5, 1e-5, 10 ** -5, 2e-12, 10 ** Math.log10(5e-7)];
  const ticks = ['0.5', '0.02', '0.001', '10⁻⁴', '5 × 10⁻⁵', '10⁻⁵', '10⁻⁵', '2 × 10⁻¹²', '5 × 10⁻⁷'];
  expect(values.map(decadeTick)).toEqual(ticks);
});
