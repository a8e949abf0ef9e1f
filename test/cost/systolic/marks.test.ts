import { expect, it } from 'vitest';
import { clearMarks, emptyMarks } from '../../../src/cost/systolic/marks.js';
import { pictureOf } from '../../../src/cost/systolic/picture.js';

it('is empty after any number of clearings, but for what is beyond the edge', () => {
  // Windows of 2 at 0, 2 and 4 reach one beyond 5 in both directions.
  const picture = pictureOf({
    inputHeight: 5,
    inputWidth: 5,
    channels: 1,
    kernelHeight: 2,
    kernelWidth: 2,
    strideHeight: 2,
    strideWidth: 2,
    filters: 1,
  });
  const marks = emptyMarks(picture);
  const marked = () => [...marks.tags.keys()].filter((word) => marks.tags[word] >= marks.age);
  const outside = [...marks.tags.keys()].filter((word) => word % 6 === 5 || word >= 30);
  expect(marks.tags.length).toBe(36);
  for (let i = 0; i < 2 ** 16 + 3; i++) {
    marks.tags[7] = marks.age;
    if (i % 4096 === 0 || i > 2 ** 16 - 4) expect(marked()).toEqual([7, ...outside].sort((a, b) => a - b));
    clearMarks(marks, picture);
    if (i % 4096 === 0 || i > 2 ** 16 - 4) expect(marked()).toEqual(outside);
  }
});
