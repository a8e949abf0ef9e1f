import { expect, test } from 'vitest';
import { planesOf } from '../../../../src/runtime/codecs/arithmetic/index.js';

test('the last two dimensions are a plane', () => {
  const shape = (dims: number[]) => {
    const { channels, height, width } = planesOf({ shape: dims, bits: 4, zeroPoint: [0] });
    return [channels, height, width];
  };
  expect([[], [7], [2, 7], [1, 3, 4, 5], [1, 0, 4, 5]].map(shape)).toEqual([
    [1, 1, 1],
    [1, 1, 7],
    [1, 2, 7],
    [3, 4, 5],
    [0, 4, 5],
  ]);
  expect(planesOf({ shape: [4], bits: 4, zeroPoint: [7.6] }).zero).toBe(8);
  expect(planesOf({ shape: [4], bits: 2, zeroPoint: [7.6] }).zero).toBe(3);
});
