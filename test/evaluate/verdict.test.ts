import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dropInterval } from '../../src/evaluate/interval.js';
import { expectedChanges, judgeDrop } from '../../src/evaluate/verdict.js';
import { randomNumbers } from '../planner/random-problem.js';

/** `count` right answers of the float network, of which the split has `lost` wrong. */
const answers = (count: number, lost: number, wrong = 0) => ({
  float: Array.from({ length: count + wrong }, (_, i) => (i < count ? 1 : 0)),
  quantized: Array.from({ length: count + wrong }, (_, i) => (i < count - lost ? 1 : 0)),
});

describe('verdict', () => {
  test('one changed answer of 12 is not held against a plan whose outputs hardly moved', () => {
    const few = answers(12, 1);
    expect(judgeDrop(few, 0.02, 0.01)).toMatchObject({ verdict: 'inconclusive', accepted: true, basis: 'outputs' });
    expect(judgeDrop(few, 0.02, 0.01).samplesNeeded).toBeGreaterThan(100);
    expect(judgeDrop(few, 0.02)).toMatchObject({ accepted: true });
  });

  test('12 answers by chance right do not excuse outputs that moved far', () => {
    expect(judgeDrop(answers(12, 0), 0.02, 0.2)).toMatchObject({ verdict: 'inconclusive', accepted: false, basis: 'outputs' });
  });

  test('six of 12 fail whatever is expected', () => {
    expect(judgeDrop(answers(12, 6), 0.02, 0)).toMatchObject({ verdict: 'fails', accepted: false, basis: 'interval' });
  });

  test('where samples could tell, the mean decides as long as the interval reaches over the limit', () => {
    expect(judgeDrop(answers(320, 3, 80), 0.01, 0.5)).toMatchObject({ verdict: 'inconclusive', accepted: true, basis: 'mean' });
    expect(judgeDrop(answers(320, 5, 80), 0.01, 0)).toMatchObject({ verdict: 'inconclusive', accepted: false, basis: 'mean' });
    expect(judgeDrop(answers(320, 0, 80), 0.01)).toEqual({ verdict: 'holds', accepted: true, basis: 'interval' });
  });

  test('holds and fails are what the interval says', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 80 }),
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        fc.option(fc.double({ min: 0, max: 0.5, noNaN: true }), { nil: undefined }),
        (pairs, limit, expected) => {
          const scores = { float: pairs.map(([a]) => Number(a)), quantized: pairs.map(([, b]) => Number(b)) };
          const [low, high] = dropInterval(scores);
          const { verdict, accepted, samplesNeeded } = judgeDrop(scores, limit, expected);
          expect(verdict).toBe(high <= limit ? 'holds' : low > limit ? 'fails' : 'inconclusive');
          if (verdict !== 'inconclusive') expect(accepted).toBe(verdict === 'holds');
          else expect(samplesNeeded).toBeGreaterThan(pairs.length);
        },
      ),
    );
  });

  test('the expected share of changed answers is that of a simulation', () => {
    const { unit } = randomNumbers(7);
    const normal = () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit());
    for (const noise of [0.02, 0.2, 1, 5, 30]) {
      const trials = 200_000;
      let changed = 0;
      for (let i = 0; i < trials; i++) if (noise * (normal() - normal()) > -2 * Math.log(1 - unit())) changed++;
      const expected = expectedChanges([
        { margin: 1, noise, spread: 1 },
        { margin: 3, noise, spread: 1 },
      ]);
      expect(expected).toBeCloseTo(changed / trials, 2);
    }
  });

  test('without margins nothing is expected', () => {
    expect(expectedChanges([])).toBeUndefined();
    expect(expectedChanges([{ margin: 0, noise: 1, spread: 1 }])).toBeUndefined();
    expect(expectedChanges([{ margin: 1, noise: 0, spread: 1 }])).toBe(0);
  });
});
