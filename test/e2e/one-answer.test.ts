import { expect, test } from 'vitest';
import type { CompareDocument } from '../../src/documents/compare.js';
import type { ExplainDocument } from '../../src/documents/explain.gen.js';
import type { PlanDocument } from '../../src/documents/plan.js';
import { json, type Patch, project, scratch } from './project.js';

/** A limit that the plan of least predicted time does not hold, so that what is measured decides. */
const STRICT: Patch = { constraints: { accuracyDrop: '1 %' }, validation: { samples: 24 } };

test('plan, compare and explain show the plan that build has selected, and predicted ones before', async () => {
  const folder = project(STRICT);
  const env = { AUTOSPLIT_CACHE: scratch() };
  const document = async <T>(...args: string[]) => (await json<T>(folder, args, { env })).document;
  const before = await document<PlanDocument>('plan');
  expect(before).toMatchObject({ accuracySource: 'predicted' });
  expect(before.accuracy).toBeUndefined();
  expect(before.baselines['edge-only']?.accuracy).toBeUndefined();

  const built = (await document<{ plan: PlanDocument }>('build')).plan;
  expect(built).toMatchObject({ accuracySource: 'measured', accuracy: { accepted: true } });
  const { decision, cut, latency, edge, accuracy, certificate } = built;
  const answer = { decision, cut, latency, edge };
  expect(await document<PlanDocument>('plan')).toMatchObject({
    ...answer,
    accuracy,
    certificate,
    accuracySource: 'measured',
  });
  const compared = await document<CompareDocument>('compare');
  expect(compared).toMatchObject({ measured: true });
  expect(compared.methods[0]).toMatchObject({ name: 'autosplit', plan: { ...answer, accuracy } });
  const explained = await document<ExplainDocument>('explain');
  expect(explained).toMatchObject({ measured: true, plan: answer });
  // The next best cut is one that nobody has refuted: it is not better.
  if (explained.next.value !== null) expect(explained.next.value).toBeGreaterThanOrEqual(explained.value);

  const elsewhere = await document<PlanDocument>('plan', '--network', 'wifi-5');
  expect(elsewhere).toMatchObject({ accuracySource: 'predicted' });
});
