import { expect, it } from 'vitest';
import type { Alternative, PlanDocument } from '../../src/documents/plan.js';
import { planSummary } from '../../src/report/summary.js';
import { accuracyOf, exampleReport, planWith } from './example.js';

const { baselines } = exampleReport().plan;
const alternative = (name: string, patch: Partial<Alternative>): Alternative => ({
  ...(baselines[name] as Alternative),
  feasible: true,
  violated: [],
  ...patch,
});
const time = (total: number) => ({ edge: 0, transfer: total, cloud: 0, total });

const BASELINES = {
  'cloud-only': alternative('cloud-only', { latency: time(0.2), accuracy: accuracyOf({ verdict: 'holds' }) }),
  'edge-only': alternative('edge-only', {
    latency: time(0.3),
    accuracy: accuracyOf({ verdict: 'fails', drop: 0.098, quantized: 0.712 }),
  }),
  dads: alternative('dads', {
    latency: time(0.4),
    feasible: false,
    violated: ['memory 2 kB over 1 kB', 'the accuracy of this plan'],
  }),
  qdmp: alternative('qdmp', { latency: time(0.5), feasible: false, violated: ['the accuracy of this plan'] }),
};

const measured = (patch: Partial<PlanDocument> = {}) =>
  planSummary(
    planWith(BASELINES, {
      latency: time(0.1),
      accuracy: accuracyOf({ verdict: 'holds' }),
      accuracySource: 'measured',
      ...patch,
    }),
  );

const predicted = () => {
  const { accuracy, measured: _, ...plan } = planWith(BASELINES, { latency: time(0.1), accuracySource: 'predicted' });
  return planSummary(plan);
};

const row = (text: string, name: string) => text.split('\n').find((line) => line.startsWith(`${name} `)) ?? '';

it('begins with what the accuracy rests on where it was not measured', () => {
  expect(predicted().trimStart()).toMatch(/^accuracy is predicted, not measured: run `autosplit build`/);
  expect(row(predicted(), 'accuracy  ')).toMatch(/^accuracy +predicted, not measured: error [\d.]+/);
  expect(predicted()).not.toMatch(/\dx\b.*kB|breaks the accuracy/);
  expect(measured()).not.toContain('accuracy is predicted');
});

it('compares with baselines that were measured and hold, and with no others', () => {
  const text = measured();
  expect(row(text, 'cloud-only')).toMatch(/200 ms +2.00x +\S+ \S+ +80.5 %$/);
  expect(row(text, 'edge-only')).toMatch(/300 ms +\S+ \S+ +71.2 % +breaks accuracy drop 9.8 % over 1 %$/);
  expect(row(text, 'dads')).toMatch(/not measured +breaks memory 2 kB over 1 kB$/);
  expect(row(text, 'qdmp')).toMatch(/500 ms +\S+ \S+ +not measured$/);
});

it('shows verdict, certificate and warnings', () => {
  const text = measured({
    accuracy: accuracyOf({ verdict: 'inconclusive', samplesNeeded: 1500 }),
    certificate: {
      complete: true,
      families: 9,
      measured: 3,
      untried: 0,
      statement: 'No plan faster than 100 ms holds: 3 families measured.',
    },
    warnings: ['12 samples tell no drop under 20 %'],
  });
  const lines = text.trimStart().split('\n');
  expect(lines.slice(1, 3)).toEqual([
    'No plan faster than 100 ms holds: 3 families measured.',
    'warning: 12 samples tell no drop under 20 %',
  ]);
  expect(row(text, 'accuracy')).toMatch(
    /80.5 % measured on 400 samples, .* inconclusive: about 1500 samples would tell$/,
  );
});

it('says of the bound what it bounds', () => {
  const bound = (patch: Partial<PlanDocument>) => row(measured(patch), 'bound').replace(/^bound +/, '');
  const { error } = exampleReport().plan;
  expect(bound({ optimality: { lowerBound: 0.098, gap: 0.02 } })).toBe(
    'no plan can be faster than 98.0 ms (2 % less) by this cost model, regardless of accuracy; proven',
  );
  expect(bound({ optimality: { lowerBound: 0.098, gap: 0.02, pinned: true } })).toMatch(
    /^no plan of the given cut can be faster than 98.0 ms/,
  );
  expect(bound({ optimality: { lowerBound: 0.1, gap: 0, solver: 'highs' }, error: { ...error, limit: 1 } })).toBe(
    'no plan can be faster by this cost model, within the error limit; proven by HiGHS',
  );
});

it('says of every measured plan in which encoding what crosses travels, and nothing of chance where it is the float network', () => {
  const { cut } = exampleReport().plan;
  const cloud = (encoding: string, error: number, patch: Parameters<typeof accuracyOf>[0]) => ({
    ...alternative('cloud-only', { latency: time(0.2), error: { model: 'output', total: error, limit: null } }),
    cut: [{ ...cut[0], tensor: 'image', bits: 8, bytes: 3000, encoding }],
    accuracy: accuracyOf(patch),
  });
  const text = measured({
    measured: [
      cloud('jpeg:90', 0.001, { verdict: 'inconclusive' }),
      cloud('raw', 0, { verdict: 'inconclusive', quantized: 0.81, drop: 0, interval: [-0.2, 0.2] }),
    ],
  });
  const rows = text.slice(text.indexOf('  measured')).split('\n');
  expect(rows[1]).toMatch(/3.00 kB, 8 bits jpeg:90 .* all in the cloud +inconclusive$/);
  expect(rows[2]).toMatch(/3.00 kB, 8 bits raw .* all in the cloud +float$/);
  expect(rows[2]).not.toContain('20 %');
});
