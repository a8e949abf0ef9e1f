import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countAt, countUpTo, lineOf } from '../../../src/cost/systolic/skew.js';

const size = fc.integer({ min: 1, max: 12 });

it('counts what a loop over lines and lanes counts', () => {
  fc.assert(
    fc.property(size, size, (steps, lanes) => {
      let before = 0;
      for (let line = 0; line < steps + lanes + 2; line++) {
        let here = 0;
        for (let lane = 0; lane < lanes; lane++) if (line >= lane && line < lane + steps) here++;
        expect(countAt(line, steps, lanes)).toBe(here);
        for (let i = 0; i < here; i++) expect(lineOf(before + i, steps, lanes)).toBe(line);
        before += here;
        expect(countUpTo(line, steps, lanes)).toBe(before);
      }
      expect(countUpTo(-1, steps, lanes)).toBe(0);
      expect(before).toBe(steps * lanes);
    }),
  );
});
