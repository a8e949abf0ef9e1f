import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Outputs, writeLine, writeLines } from '../../../src/cost/systolic/outputs.js';
import { writeBuffer } from '../../../src/cost/systolic/write-buffer.js';

const upTo = (max: number) => fc.integer({ min: 1, max });
const outputs: fc.Arbitrary<Outputs> = fc.record({
  delay: fc.integer({ min: 0, max: 6 }),
  steps: upTo(60),
  lanes: upTo(12),
});

it('writes many lines at once as it writes them one by one', () => {
  let waited = 0;
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 120 }),
      upTo(9),
      fc.array(outputs, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 0, max: 20 }),
      (words, row, folds, cut) => {
        const [one, many] = [writeBuffer(words, row), writeBuffer(words, row)];
        let start = 0;
        let stalls = 0;
        for (const fold of folds) {
          const lines = fold.delay + fold.steps + fold.lanes + 2;
          let single = 0;
          for (let line = 0; line < lines; line++) single += writeLine(one, fold, line, start + stalls + line + single);
          const middle = Math.min(cut, lines);
          const first = writeLines(many, fold, 0, middle, start + stalls);
          expect(first + writeLines(many, fold, middle, lines, start + stalls + middle + first)).toBe(single);
          stalls += single;
          start += lines;
        }
        waited += stalls;
        one.finish(start + stalls);
        many.finish(start + stalls);
        expect(many.drained()).toEqual(one.drained());
      },
    ),
    { numRuns: 300, seed: 4 },
  );
  expect(waited).toBeGreaterThan(1000);
});

it('closes the row it is filling to drain, and counts its padding later', () => {
  // Half of 10 words is 5, a row is 3: at the sixth word two rows are full and drain from cycle 0 to 1.
  const buffer = writeBuffer(10, 3);
  expect(buffer.write(6, 0)).toBe(0);
  expect(buffer.drained()).toEqual({ start: 0, stop: 1, words: 6 });
  // Ten free words again: the last of ten more waits for the end of the drain.
  expect(buffer.write(10, 0)).toBe(1);
  // Three rows and one word are left; the next word closes a row of two, and two full rows drain.
  expect(buffer.write(1, 1)).toBe(1);
  expect(buffer.drained()).toEqual({ start: 0, stop: 2, words: 12 });
  buffer.finish(4);
  expect(buffer.drained()).toEqual({ start: 0, stop: 5, words: 17 });
});
