import { expect, test } from 'vitest';
import { besideLimit, bytes, number, percent, seconds, times } from '../../src/util/format.js';

test.each([
  [0, '0 s'],
  [3.2e-8, '32.0 ns'],
  [1.5e-6, '1.50 µs'],
  [151e-6, '151 µs'],
  [0.0123, '12.3 ms'],
  [0.9999, '1000 ms'],
  [1, '1.00 s'],
  [123.4, '123 s'],
])('%d seconds read %s', (value, text) => expect(seconds(value)).toBe(text));

test.each([
  [0, '0 B'],
  [785.4, '785 B'],
  [1000, '1.00 kB'],
  [131_072, '131 kB'],
  [4e6, '4.00 MB'],
  [4e9, '4.00 GB'],
])('%d bytes read %s', (value, text) => expect(bytes(value)).toBe(text));

test('shares, multiples and bare numbers', () => {
  expect([0, 1, 0.02, 0.123456].map(percent)).toEqual(['0 %', '100 %', '2 %', '12.35 %']);
  expect([0.033, 1.084, 12.34, 5e6].map(times)).toEqual(['0.03x', '1.08x', '12.3x', 'over 1000x']);
  expect([0.000001, 0.25917, 1234.5].map(number)).toEqual(['0.000001', '0.259', '1230']);
});

test('a value beside its limit differs from it on paper too', () => {
  expect(besideLimit(162_054, 131_072, bytes, ' B')).toEqual(['162 kB', '131 kB']);
  expect(besideLimit(131_080, 131_072, bytes, ' B')).toEqual(['131080 B', '131072 B']);
});
