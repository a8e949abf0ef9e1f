import { expect, it } from 'vitest';
import { type CertificateSources, certificateOf } from '../../src/select/certificate.js';

const said = (patch: Partial<CertificateSources>) =>
  certificateOf({
    value: 0.0821,
    isLatency: true,
    tolerance: 0.01,
    holds: true,
    families: 0,
    measured: 5,
    untried: 0,
    fastestUntried: undefined,
    isCut: false,
    isPinned: false,
    ...patch,
  });

it.each<[string, Partial<CertificateSources>]>([
  ['no plan is more than 1 % faster than 82.1 ms, regardless of accuracy', {}],
  ['no plan of the given cut is faster than 82.1 ms, regardless of accuracy', { isPinned: true, tolerance: 0 }],
  [
    'no plan that holds is more than 1 % faster than 82.1 ms: 5 plans measured, among them 1 cut or encoding that could be',
    { families: 1 },
  ],
  [
    'no plan that holds is more than 1 % better than 0.0821: 1 plan measured, among them 3 cuts or encodings that could be',
    { families: 3, measured: 1, isLatency: false },
  ],
  [
    '5 plans measured; 2 cuts or encodings that could be more than 1 % faster than 82.1 ms were not tried, the fastest at 70.0 ms with its least bits: `--effort best` tries all',
    { families: 4, untried: 2, fastestUntried: 0.07 },
  ],
  ['no plan that was measured holds the limit: 5 plans measured', { holds: false, families: 2 }],
])('%s', (statement, patch) => {
  expect(said(patch).statement).toBe(statement);
});

it('is complete where nothing that could be better was left out', () => {
  expect(said({ families: 3 }).complete).toBe(true);
  expect(said({ families: 3, untried: 1 }).complete).toBe(false);
  expect(said({ families: 256, isCut: true }).complete).toBe(false);
});
