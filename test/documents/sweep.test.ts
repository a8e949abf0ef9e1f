import { describe, expect, it } from 'vitest';
import { sweepDocument } from '../../src/documents/sweep.js';
import { trivialPlans } from '../../src/planner/baselines/index.js';
import { smallNetwork } from '../planner/small-network.js';
import { bestOf, config, profile } from './sources.js';

describe('sweepDocument', () => {
  const problem = smallNetwork();
  const plan = bestOf(problem);
  const point = { value: 8000, problem, plan, trivial: trivialPlans(problem) };

  it('shows the plan of each point beside the trivial ones, and the cuts by their tensors', () => {
    const cut = { ...plan, decision: 'split' as const, crossing: [1, 2] };
    const changes = [{ at: 5000, from: cut, to: undefined }];
    const document = sweepDocument({ config, profile, problem, parameter: 'memory', points: [point], changes });
    expect(document).toMatchObject({ parameter: 'memory', configured: 500 });
    expect(document.points[0]).toMatchObject({
      value: 8000,
      plan: { decision: plan.decision, feasible: true },
      cloudOnly: point.trivial['cloud-only']?.latency.total,
      edgeOnly: point.trivial['edge-only']?.latency.total,
    });
    const tensors = [problem.tensors[1].name, problem.tensors[2].name];
    expect(document.changes).toEqual([{ at: 5000, from: { decision: 'split', tensors }, to: null }]);
  });

  it('marks a plan over the limit on latency, and leaves out trivial plans over any limit', () => {
    const tight = { ...problem, limits: { latencySeconds: plan.latency.total / 2 } };
    const late = { ...point, problem: tight, trivial: trivialPlans(tight) };
    const sources = { config, profile, problem, parameter: 'uplink' as const, changes: [] };
    const [found] = sweepDocument({ ...sources, points: [late] }).points;
    expect(found).toMatchObject({ plan: { feasible: false }, cloudOnly: null, edgeOnly: null });
    const [none] = sweepDocument({ ...sources, points: [{ ...point, plan: undefined }] }).points;
    expect(none.plan).toBeNull();
  });
});
