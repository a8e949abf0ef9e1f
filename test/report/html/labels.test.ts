import { expect, it } from 'vitest';
import { placeLabels } from '../../../src/report/html/labels.js';

const spot = (text: string, x: number, y: number) => ({ text, x, y, radius: 6 });

it('puts a text above its mark, and elsewhere where that is taken', () => {
  const marks = [spot('a', 100, 100), spot('b', 100, 84)];
  expect(placeLabels([marks[0]], [marks[0]], 500)).toMatchObject([{ text: 'a', anchor: 'middle', dx: 0, dy: -15 }]);
  expect(placeLabels([marks[0]], marks, 500)).toMatchObject([{ text: 'a', dy: 15 }]);
});

it('gives marks in one place one text, which names the first and counts the others', () => {
  const marks = [spot('first', 50, 50), spot('second', 52, 51), spot('third', 50, 49), spot('far', 300, 50)];
  expect(placeLabels(marks, marks, 500).map(({ text, index }) => [text, index])).toEqual([
    ['first +2', 0],
    ['far', 3],
  ]);
});

it('lets no text leave the picture, and leaves out what finds no room', () => {
  expect(placeLabels([spot('a long name', 2, 50)], [], 500)).toMatchObject([{ anchor: 'start' }]);
  expect(placeLabels([spot('a long name', 498, 50)], [], 500)).toMatchObject([{ anchor: 'end' }]);
  expect(placeLabels([spot('a name that is too long', 20, 50)], [], 40)).toEqual([]);
  const row = Array.from({ length: 40 }, (_, i) => spot(`name ${i}`, 10 * i, 50 + (i % 3)));
  const placed = placeLabels(row, row, 400);
  expect(placed.length).toBeGreaterThan(3);
  expect(placed.length).toBeLessThan(40);
});
