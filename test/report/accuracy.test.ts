import { describe, expect, it } from 'vitest';
import type { Alternative } from '../../src/documents/plan.js';
import {
  accuracyInWords,
  bestAlternative,
  breaks,
  brokenLimits,
  brokenNames,
  isAccepted,
  isPredicted,
  remark,
  scoreOf,
  slowdown,
  standingOf,
  verdictInWords,
  verdictOfRow,
} from '../../src/report/accuracy.js';
import { accuracyOf, exampleReport, planWith } from './example.js';

const { baselines } = exampleReport().plan;
const some = baselines['edge-only'] as Alternative;
const cloud = baselines['cloud-only'] as Alternative;
const other = (patch: Partial<Alternative>): Alternative => ({ ...some, feasible: true, violated: [], ...patch });

describe('what is known of the accuracy of a plan', () => {
  it.each([
    ['unknown', other({})],
    ['holds', other({ accuracy: accuracyOf({ verdict: 'holds' }) })],
    ['fails', other({ accuracy: accuracyOf({ verdict: 'fails', drop: 0.1 }) })],
    ['inconclusive', other({ accuracy: accuracyOf({ verdict: 'inconclusive' }) })],
    ['measured', other({ accuracy: accuracyOf({ limit: null }) })],
  ])('is %s', (standing, plan) => {
    expect(standingOf(plan)).toBe(standing);
  });

  it('is the mean drop where a document of an older version has no verdict', () => {
    expect(standingOf(other({ accuracy: accuracyOf({ drop: 0.01 }) }))).toBe('holds');
    expect(standingOf(other({ accuracy: accuracyOf({ drop: 0.02 }) }))).toBe('fails');
  });

  it('is that of the float network only where all of the input is sent', () => {
    const error = { ...cloud.error, total: 0 };
    const sent = (encoding: string) => cloud.cut.map((tensor) => ({ ...tensor, encoding }));
    expect(standingOf({ ...cloud, error, cut: sent('raw') })).toBe('float');
    expect(standingOf({ ...cloud, error, cut: sent('png') })).toBe('float');
    const unsure = accuracyOf({ drop: 0, verdict: 'inconclusive' });
    expect(standingOf({ ...cloud, error, cut: sent('raw'), accuracy: unsure })).toBe('float');
    expect(standingOf({ ...cloud, error, cut: sent('raw'), accuracy: { ...unsure, drop: 0.1 } })).toBe('inconclusive');
    // A predicted error of 0 is no proof: arg-max outputs have it at any quality.
    const { accuracy: _, ...unmeasured } = cloud;
    expect(standingOf({ ...unmeasured, error, cut: sent('jpeg:90') })).toBe('unknown');
    expect(standingOf(other({ error }))).toBe('unknown');
  });

  it('is taken for enough where the samples do not tell, unless the build refused it', () => {
    const inconclusive = (accepted?: boolean) =>
      other({ accuracy: accuracyOf({ verdict: 'inconclusive', ...(accepted !== undefined && { accepted }) }) });
    expect([inconclusive(), inconclusive(true), inconclusive(false), other({})].map(isAccepted)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('broken limits', () => {
  it('have the accuracy among them only where it was measured', () => {
    const guessed = other({ feasible: false, violated: ['memory 2 kB over 1 kB', 'the accuracy of this plan'] });
    expect(brokenLimits(guessed)).toEqual(['memory 2 kB over 1 kB']);
    expect(breaks(other({ feasible: false, violated: ['the accuracy of this plan'] }))).toBe('');
    const failed = { ...guessed, accuracy: accuracyOf({ verdict: 'fails', drop: 0.098 }) };
    expect(breaks(failed)).toBe('breaks memory 2 kB over 1 kB and accuracy drop 9.8 % over 1 %');
    expect(brokenNames(failed)).toBe('memory, accuracy');
    expect(breaks({ ...guessed, accuracy: accuracyOf({ verdict: 'holds' }) })).toBe('breaks memory 2 kB over 1 kB');
  });

  it('are named as far as they are known', () => {
    expect(breaks(other({ feasible: false }))).toBe('breaks a limit');
    expect(brokenNames(other({ feasible: false }))).toBe('a limit');
    expect(breaks(other({}))).toBe('');
  });
});

describe('how much slower another plan is', () => {
  const plan = { latency: { edge: 0, transfer: 0, cloud: 0, total: 0.01 }, accuracy: accuracyOf({}) };
  const twice = { edge: 0.02, transfer: 0, cloud: 0, total: 0.02 };
  it.each<[string, Partial<Alternative>]>([
    ['2.00x', { accuracy: accuracyOf({ verdict: 'holds' }) }],
    ['2.00x', { accuracy: accuracyOf({ verdict: 'inconclusive', accepted: true }) }],
    ['', {}],
    ['', { accuracy: accuracyOf({ verdict: 'fails', drop: 0.1 }) }],
    ['', { accuracy: accuracyOf({ verdict: 'holds' }), violated: ['memory 2 kB over 1 kB'] }],
  ])('%j', (said, patch) => {
    expect(slowdown(other({ latency: twice, ...patch }), plan)).toBe(said);
    expect(slowdown(other({ latency: twice, ...patch }), { ...plan, accuracySource: 'predicted' })).toBe('');
  });

  it('is said beside the fastest alternative that was measured and holds', () => {
    const holds = accuracyOf({ verdict: 'holds' });
    const document = planWith({
      'cloud-only': { ...cloud, accuracy: holds, feasible: true, violated: [], latency: { ...twice, total: 0.3 } },
      'edge-only': other({ accuracy: holds, latency: { ...twice, total: 0.2 } }),
      dads: other({ latency: { ...twice, total: 0.1 } }),
    });
    expect(bestAlternative(document)?.name).toBe('edge-only');
    expect(bestAlternative({ ...document, accuracySource: 'predicted' })).toBeUndefined();
    expect(bestAlternative(planWith({}))).toBeUndefined();
  });
});

it('says what the samples tell', () => {
  const unsure = accuracyOf({ verdict: 'inconclusive', samplesNeeded: 1500 });
  expect([verdictInWords(unsure), verdictOfRow(unsure)]).toEqual([
    'inconclusive: about 1500 samples would tell',
    'inconclusive',
  ]);
  expect(verdictInWords({ ...unsure, accepted: false })).toBe('inconclusive, not taken: about 1500 samples would tell');
  expect(verdictInWords(accuracyOf({ verdict: 'holds' }))).toBe('holds');
  expect(verdictInWords(accuracyOf({ limit: null }))).toBe('');
  const said = '80.5 % measured on 400 samples, float 81 %: drop 0.5 % (95 %: -1 % to 2 %)';
  expect(accuracyInWords(unsure)).toBe(`${said}, limit 1 %; inconclusive: about 1500 samples would tell`);
  expect(accuracyInWords(accuracyOf({ limit: null }))).toBe(said);
});

it('rows say what was measured, and nothing that was not', () => {
  expect([scoreOf(other({})), remark(other({}))]).toEqual(['not measured', '']);
  const unsure = other({ accuracy: accuracyOf({ verdict: 'inconclusive', samplesNeeded: 90 }) });
  expect([scoreOf(unsure), remark(unsure)]).toEqual(['80.5 %', 'inconclusive']);
});

it('an older document is measured where it has an accuracy', () => {
  expect(isPredicted({})).toBe(true);
  expect(isPredicted({ accuracy: accuracyOf({}) })).toBe(false);
  expect(isPredicted({ accuracy: accuracyOf({}), accuracySource: 'predicted' })).toBe(true);
});

it('shows how many answers are unchanged beside an agreement, whose score weighs what changed', () => {
  const agreement = accuracyOf({
    metric: 'agreement',
    float: 1,
    quantized: 0.985,
    drop: 0.015,
    limit: null,
    sameAnswers: 0.75,
    samples: 12,
  });
  expect(accuracyInWords(agreement)).toBe(
    '98.5 % (75 % of answers unchanged) measured on 12 samples, float 100 %: drop 1.5 % (95 %: -1 % to 2 %)',
  );
  expect(accuracyInWords({ ...agreement, sameAnswers: 0.985 })).not.toContain('unchanged');
  expect(accuracyInWords({ ...agreement, metric: 'top1' })).not.toContain('unchanged');
});
