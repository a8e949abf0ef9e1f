import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dropInterval } from '../../src/evaluate/interval.js';
import { expectedLoss, resolution, verdictOnDrop } from '../../src/evaluate/verdict.js';
import { randomNumbers } from '../planner/random-problem.js';

/** `count` right answers of the float network, of which the split has `lost` wrong. */
const answers = (count: number, lost: number, wrong = 0) => ({
  float: Array.from({ length: count + wrong }, (_, i) => (i < count ? 1 : 0)),
  quantized: Array.from({ length: count + wrong }, (_, i) => (i < count - lost ? 1 : 0)),
});

const countsAnswers = true;

describe('verdict', () => {
  test('one changed answer of 12 is not held against a plan whose outputs hardly moved', () => {
    const few = answers(12, 1);
    expect(verdictOnDrop(few, 0.02, { expected: 0.01, countsAnswers })).toMatchObject({
      verdict: 'inconclusive',
      accepted: true,
      basis: 'outputs',
    });
    expect(verdictOnDrop(few, 0.02, { expected: 0.01, countsAnswers }).samplesNeeded).toBeGreaterThan(100);
    expect(verdictOnDrop(few, 0.02, { countsAnswers })).toMatchObject({ accepted: true });
  });

  test('12 answers by chance right do not excuse outputs that moved far', () => {
    expect(verdictOnDrop(answers(12, 0), 0.02, { expected: 0.2, countsAnswers })).toMatchObject({
      verdict: 'inconclusive',
      accepted: false,
      basis: 'outputs',
    });
  });

  test('six of 12 fail whatever is expected', () => {
    expect(verdictOnDrop(answers(12, 6), 0.02, { expected: 0, countsAnswers })).toMatchObject({
      verdict: 'fails',
      accepted: false,
      basis: 'interval',
    });
  });

  test('where samples could tell, the mean decides as long as the interval reaches over the limit', () => {
    expect(verdictOnDrop(answers(320, 3, 80), 0.01, { expected: 0.5, countsAnswers })).toMatchObject({
      verdict: 'inconclusive',
      accepted: true,
      basis: 'mean',
    });
    expect(verdictOnDrop(answers(320, 5, 80), 0.01, { expected: 0, countsAnswers })).toMatchObject({
      verdict: 'inconclusive',
      accepted: false,
      basis: 'mean',
    });
    // 324 and 320 of 400 are one point apart, but not as floats.
    expect(verdictOnDrop(answers(324, 4, 76), 0.01, { countsAnswers })).toMatchObject({
      accepted: true,
      basis: 'mean',
    });
    expect(verdictOnDrop(answers(320, 0, 80), 0.01, { countsAnswers })).toEqual({
      verdict: 'holds',
      accepted: true,
      basis: 'interval',
    });
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
          const { verdict, accepted, samplesNeeded } = verdictOnDrop(scores, limit, { expected, countsAnswers });
          if (verdict !== 'inconclusive')
            expect(verdict).toBe(high <= limit ? 'holds' : low > limit ? 'fails' : 'inconclusive');
          // A dozen faultless answers are no proof.
          else expect(low <= limit && (high > limit || resolution(scores) > limit)).toBe(true);
          if (verdict !== 'inconclusive') expect(accepted).toBe(verdict === 'holds');
          else expect(samplesNeeded ?? 1e9).toBeGreaterThan(pairs.length);
        },
      ),
    );
  });

  test('a score that is no count of answers holds as soon as its interval does', () => {
    const kept = Array.from({ length: 16 }, (_, i) => 0.9994 + i * 1e-6);
    const scores = { float: kept.map(() => 1), quantized: kept };
    expect(verdictOnDrop(scores, 0.05, { countsAnswers: false })).toEqual({
      verdict: 'holds',
      accepted: true,
      basis: 'interval',
    });
    const few = { float: [1, 1, 1], quantized: kept.slice(0, 3) };
    expect(verdictOnDrop(few, 0.05, { countsAnswers: false })).toMatchObject({
      verdict: 'inconclusive',
      accepted: true,
      samplesNeeded: 8,
    });
  });

  test('a drop over the limit is no single answer where scores are no answers', () => {
    const scores = {
      float: Array.from({ length: 16 }, () => 1),
      quantized: Array.from({ length: 16 }, (_, i) => (i % 2 ? 0.9 : 0.98)),
    };
    expect(verdictOnDrop(scores, 0.05, { countsAnswers: false }).accepted).toBe(false);
  });

  test('outputs that are those of the float network hold on any number of samples', () => {
    expect(verdictOnDrop(answers(1, 0), 0.001, { countsAnswers, isExact: true })).toEqual({
      verdict: 'holds',
      accepted: true,
      basis: 'exact',
    });
  });

  test('a limit of nothing names no number of samples', () => {
    expect(verdictOnDrop(answers(20, 1), 0, { countsAnswers, expected: 0.001 }).samplesNeeded ?? 0).toBeLessThanOrEqual(
      1e6,
    );
  });

  test('the expected loss of two classes is that of a simulation', () => {
    const { unit } = randomNumbers(7);
    const normal = () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit());
    const margins = Array.from({ length: 40 }, () => -3 * Math.log(1 - unit()));
    const gapOf = (margin: number) => Math.tanh(margin / 2);
    for (const noise of [0.1, 0.5, 2]) {
      const evidence = margins.map((margin) => ({
        margin,
        noise,
        shift: 0,
        spread: 1,
        gap: gapOf(margin),
        confidence: (1 + gapOf(margin)) / 2,
        isChanged: false,
      }));
      const trials = 5000;
      let lost = 0;
      for (const margin of margins)
        for (let i = 0; i < trials; i++)
          if (noise * (normal() - normal()) > margin) lost += gapOf(margin) / (trials * margins.length);
      expect(expectedLoss(evidence)).toBeCloseTo(lost, 2);
    }
  });

  test('where the softmax is no probability, every answer that changes counts', () => {
    const one = { margin: 1, noise: 1, shift: 0, spread: 1, gap: 0.001, confidence: 0.11, isChanged: false };
    expect(expectedLoss([one])).toBeCloseTo(0.23975, 4);
    expect(expectedLoss([{ ...one, confidence: 0.9 }])).toBeLessThan(0.001);
  });

  test('nothing is expected without evidence, and no loss without noise', () => {
    expect(expectedLoss([])).toBeUndefined();
    expect(
      expectedLoss([{ margin: 1, noise: 0, shift: 0, spread: 1, gap: 0.5, confidence: 0.8, isChanged: false }]),
    ).toBe(0);
  });
});
