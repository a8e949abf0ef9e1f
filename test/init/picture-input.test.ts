import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pictureInput, pictureShape } from '../../src/init/picture-input.js';
import { fact } from './networks.js';

const read = (...shape: (number | string)[]) => pictureInput(fact('x', shape));

describe('what is a picture', () => {
  test.each([
    ['channels first', [1, 3, 64, 192], { layout: 'nchw', channels: 3, height: 64, width: 192, isChosen: false }],
    ['channels last', [1, 224, 200, 3], { layout: 'nhwc', channels: 3, height: 224, width: 200, isChosen: false }],
    ['grey', ['N', 1, 28, 28], { layout: 'nchw', channels: 1, height: 28, width: 28, isChosen: false }],
    ['grey, channel last', ['N', 28, 28, 1], { layout: 'nhwc', channels: 1, height: 28, width: 28, isChosen: false }],
    ['without a batch', [3, 32, 48], { layout: 'nchw', channels: 3, height: 32, width: 48, isChosen: false }],
    [
      'a strip three pixels high',
      [1, 3, 3, 64],
      { layout: 'nchw', channels: 3, height: 3, width: 64, isChosen: false },
    ],
    ['of any size', ['N', 3, 'h', 'w'], { layout: 'nchw', channels: 3, height: 224, width: 224, isChosen: true }],
    [
      'of any size, channel last',
      ['N', '', '', 1],
      { layout: 'nhwc', channels: 1, height: 224, width: 224, isChosen: true },
    ],
    ['of any width', [1, 3, 320, 'w'], { layout: 'nchw', channels: 3, height: 320, width: 320, isChosen: true }],
    [
      'of which nothing is known',
      ['a', 'b', 'c', 'd'],
      { layout: 'nchw', channels: 3, height: 224, width: 224, isChosen: true },
    ],
  ])('%s', (_, shape, expected) => {
    expect(read(...shape)).toEqual(expected);
  });

  test.each([
    ['a vector', [1, 128]],
    ['tokens', ['batch', 'length', 768]],
    ['many channels', [1, 16, 32, 32]],
    ['a video', [1, 3, 8, 32, 32]],
    ['a batch of four', [4, 3, 32, 32]],
  ])('%s is none', (_, shape) => {
    expect(read(...shape)).toBeUndefined();
  });

  test('text and truth values are none', () => {
    expect(pictureInput(fact('x', [1, 3, 8, 8], 'string'))).toBeUndefined();
    expect(pictureInput(fact('x', [1, 3, 8, 8], 'bool'))).toBeUndefined();
    expect(pictureInput({ dtype: undefined, shape: undefined })).toBeUndefined();
  });
});

test('shapes are given where the model leaves something but the batch open, and then agree with it', () => {
  const dim = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constantFrom('', 'h', 'w'));
  const shapes = fc.oneof(fc.tuple(fc.constantFrom(1, 'N'), dim, dim, dim), fc.tuple(dim, dim, dim));
  fc.assert(
    fc.property(shapes, (shape) => {
      const input = fact('x', [...shape]);
      const picture = pictureInput(input);
      if (!picture) return;
      const fixed = pictureShape(input, picture);
      const isOpen = shape.slice(shape.length === 4 ? 1 : 0).some((size) => typeof size !== 'number');
      expect(fixed !== undefined).toBe(isOpen);
      fixed?.forEach((size, axis) => {
        expect(size).toBe(typeof shape[axis] === 'number' ? shape[axis] : size);
      });
    }),
  );
});
