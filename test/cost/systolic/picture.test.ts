import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  elementRuns,
  isInside,
  occurrences,
  offsetsOf,
  pictureOf,
  windowRuns,
} from '../../../src/cost/systolic/picture.js';
import { convolutions } from './arbitrary.js';

it('knows of every word where it is', () => {
  fc.assert(
    fc.property(convolutions, (conv) => {
      const picture = pictureOf(conv);
      const { windows, elements } = offsetsOf(picture);
      const places = new Map<number, string[]>();
      let requested = 0;
      for (let m = 0; m < windows.length; m++)
        for (let k = 0; k < elements.length; k++) {
          const y =
            Math.floor(m / picture.outputWidth) * conv.strideHeight +
            Math.floor(k / (conv.kernelWidth * conv.channels));
          const x = (m % picture.outputWidth) * conv.strideWidth + (Math.floor(k / conv.channels) % conv.kernelWidth);
          const inside = y < conv.inputHeight && x < conv.inputWidth;
          expect(isInside(picture, m, k)).toBe(inside);
          const word = windows[m] + elements[k];
          expect(word).toBe((y * picture.frameWidth + x) * conv.channels + (k % conv.channels));
          expect(word).toBeLessThan(picture.size);
          if (!inside) continue;
          requested++;
          places.set(word, [...(places.get(word) ?? []), `${m} ${k}`]);
        }
      expect([picture.touched, picture.requested]).toEqual([places.size, requested]);
      expect(picture.isComplete).toBe(requested === windows.length * elements.length);
      if (picture.isDistinct) expect(requested).toBe(places.size);
      for (const [word, known] of places) {
        const found: string[] = [];
        occurrences(picture, word, (m, k) => found.push(`${m} ${k}`));
        expect(found.sort()).toEqual(known.sort());
      }
    }),
    { numRuns: 60 },
  );
});

it('has runs of what is inside', () => {
  fc.assert(
    fc.property(convolutions, (conv) => {
      const picture = pictureOf(conv);
      const { windows, elements } = offsetsOf(picture);
      const inRuns = new Set<string>();
      const inverse = new Set<string>();
      for (let m = 0; m < windows.length; m++)
        elementRuns(picture, m, (from, to) => {
          for (let k = from; k < to; k++) inRuns.add(`${m} ${k}`);
        });
      for (let k = 0; k < elements.length; k++)
        windowRuns(picture, k, (from, to) => {
          for (let m = from; m < to; m++) inverse.add(`${m} ${k}`);
        });
      const inside = new Set<string>();
      for (let m = 0; m < windows.length; m++)
        for (let k = 0; k < elements.length; k++) if (isInside(picture, m, k)) inside.add(`${m} ${k}`);
      expect(inRuns).toEqual(inside);
      expect(inverse).toEqual(inside);
    }),
    { numRuns: 60 },
  );
});
