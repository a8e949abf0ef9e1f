import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SplitManifest } from '../../src/bundle/manifest.js';
import type { PlanDocument } from '../../src/documents/plan.js';
import type { ReportDocument } from '../../src/documents/report.js';
import { pageData } from '../../src/report/html/page.js';

const bundle = fileURLToPath(new URL('../../examples/license-plates/autosplit/', import.meta.url));

/** report.html of the example, as it is committed. */
export const exampleHtml = readFileSync(path.join(bundle, 'report.html'), 'utf8');

/** What it was drawn from; a new copy each time. */
export const exampleReport = (): ReportDocument => pageData(exampleHtml) as ReportDocument;

export const exampleManifest = (): SplitManifest =>
  JSON.parse(readFileSync(path.join(bundle, 'split-manifest.json'), 'utf8'));

type Accuracy = NonNullable<PlanDocument['accuracy']>;

/** An accuracy that was measured: 80.5 % of 81 %, under a limit of 1 %. */
export const accuracyOf = (patch: Partial<Accuracy>): Accuracy => ({
  metric: 'top1',
  samples: 400,
  float: 0.81,
  quantized: 0.805,
  drop: 0.005,
  limit: 0.01,
  interval: [-0.01, 0.02],
  ...patch,
});

/** The plan of the example with other baselines. */
export function planWith(baselines: PlanDocument['baselines'], patch: Partial<PlanDocument> = {}): PlanDocument {
  const { plan } = exampleReport();
  const disk = { weights: 4000, graph: 2000, total: 6000, limit: null };
  return {
    ...plan,
    edge: { ...plan.edge, disk },
    effort: { level: 'normal', skipped: [] },
    deployable: { edge: true, cloud: true, reasons: {} },
    baselines,
    ...patch,
  };
}
