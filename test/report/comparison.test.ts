import { expect, it } from 'vitest';
import type { CompareDocument, Method } from '../../src/documents/compare.js';
import type { Alternative } from '../../src/documents/plan.js';
import { compareSummary } from '../../src/report/comparison.js';
import { compareCsv } from '../../src/report/csv.js';
import { accuracyOf, exampleReport } from './example.js';

const some = exampleReport().plan.baselines['edge-only'] as Alternative;
const method = (name: string, total: number, patch: Partial<Alternative> = {}): Method => ({
  name,
  plan: { ...some, feasible: true, violated: [], latency: { edge: total, transfer: 0, cloud: 0, total }, ...patch },
  edgeLayers: 3,
  weightBits: [{ bits: 8, layers: 3 }],
  speedup: total / 0.1,
});

const accuracy = accuracyOf({ verdict: 'holds' });
const document = (patch: Partial<CompareDocument> = {}): CompareDocument => ({
  version: 1,
  build: 'default',
  measured: true,
  uplink: 1e6,
  methods: [
    method('autosplit', 0.1, { accuracy }),
    method('cloud-only', 0.2, { accuracy }),
    method('edge-only', 0.05, { accuracy: accuracyOf({ verdict: 'fails', drop: 0.3 }) }),
    method('dads', 0.4),
  ],
  ...patch,
});

const row = (text: string, name: string) => text.split('\n').find((line) => line.startsWith(`${name} `)) ?? '';

it('compares with methods that were measured and hold, and with no others', () => {
  const text = compareSummary(document());
  expect(text).not.toContain('predicted, not measured');
  expect(row(text, 'cloud-only')).toMatch(/200 ms +2.00x .* 80.5 %$/);
  expect(row(text, 'edge-only')).toMatch(/50.0 ms +\S+ \S+ .*breaks accuracy drop 30 % over 1 %$/);
  expect(row(text, 'dads')).toMatch(/400 ms +\S+ \S+ .* not measured$/);
});

it('says first that accuracy is predicted, and compares with nothing then', () => {
  const methods = document().methods.map(({ plan: { accuracy: _, ...plan }, ...rest }) => ({ ...rest, plan }));
  const text = compareSummary(document({ measured: false, methods, warnings: ['few samples'] }));
  expect(text.trimStart()).toMatch(/^accuracy is predicted, not measured/);
  expect(text).toContain('\nwarning: few samples\n');
  expect(text).not.toMatch(/times as long|not measured *$|\dx /m);
});

it('says of every row of the CSV whether its accuracy was measured', () => {
  const [head, ...rows] = compareCsv([document()]).trim().split('\r\n');
  expect(head).toMatch(/,feasible,accuracy,accuracy_source$/);
  expect(rows.map((line) => line.split(',').slice(-2))).toEqual([
    ['0.805', 'measured'],
    ['0.805', 'measured'],
    ['0.805', 'measured'],
    ['', 'predicted'],
  ]);
});

it('says of a sweep whose plans were not measured that their accuracy is predicted', () => {
  const { plan } = document().methods[1];
  const { accuracy: _, ...cloud } = plan;
  const point = { value: 1e6, plan: cloud, cloudOnly: 0.2, edgeOnly: null };
  const sweep = { parameter: 'uplink' as const, configured: 1e6, points: [point], changes: [] };
  const note = 'accuracy of the plans along the range is predicted, not measured';
  expect(compareSummary(document({ sweep }))).toContain(`\n${note}\n`);
  expect(compareSummary(document({ sweep: { ...sweep, points: [{ ...point, accuracy }] } }))).not.toContain(note);
});
