import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCalibration, inverse } from '../../src/select/calibration.js';

const share = fc.double({ min: 1e-6, max: 1, noNaN: true });

describe('calibration', () => {
  test('the error for a drop is the largest of which the model predicts no more', () => {
    fc.assert(
      fc.property(share, fc.double({ min: 0.01, max: 100, noNaN: true }), (drop, factor) => {
        const model = (error: number) => Math.min(1, factor * error);
        const error = inverse(model, drop);
        expect(model(error)).toBeLessThanOrEqual(drop);
        if (drop < 1) expect(error).toBeCloseTo(drop / factor, 9);
      }),
    );
    expect(inverse((error) => 0.5 + error, 0.1)).toBe(0);
  });

  test('a family follows its own measurements, and others those of all', () => {
    const calibration = createCalibration((error) => error);
    for (const error of [0.001, 0.002, 0.004]) calibration.observe('a', error, 8 * error);
    expect(calibration.dropOf('a', 0.001)).toBeGreaterThan(0.006);
    expect(calibration.dropOf('a', 0.001)).toBeLessThanOrEqual(0.008);
    expect(calibration.dropOf('b', 0.001)).toBeGreaterThan(0.004);
    calibration.observe('b', 0.001, 0.0001);
    expect(calibration.dropOf('b', 0.001)).toBeLessThan(0.002);
    expect(calibration.errorFor('a', 0.01)).toBeLessThan(calibration.errorFor('b', 0.01));
  });

  test('a plan without predicted error says nothing of the factor', () => {
    const calibration = createCalibration((error) => error);
    calibration.observe('a', 0, 0.5);
    expect(calibration.dropOf('a', 0.01)).toBe(0.01);
  });
});
