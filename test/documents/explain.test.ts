import { describe, expect, it } from 'vitest';
import { explainDocument } from '../../src/documents/explain.js';
import { smallNetwork } from '../planner/small-network.js';
import { bestOf, config, profile } from './sources.js';

describe('explainDocument', () => {
  const problem = smallNetwork();
  const plan = bestOf(problem);
  const other = bestOf({ ...problem, pinned: { crossing: [1, 2] } });
  const price = { limit: 500, used: 170, binding: false, step: 50, saved: 0, without: { saved: 0, needed: 170 } };
  const document = explainDocument({
    config,
    profile,
    problem,
    plan,
    measured: false,
    accuracySource: 'predicted',
    prices: { memory: { ...price, lost: undefined } },
    next: { plan: other, exact: true },
    uplink: {
      configured: 10,
      searched: [1, 100],
      changes: [
        { at: 2, from: other, to: plan },
        { at: 8, from: other, to: plan },
        { at: 20, from: plan, to: undefined },
      ],
    },
    kept: [{ layer: 1, weightBits: 8, fewer: 4, errorAdded: 0.1, bytesSaved: 5, secondsAdded: 0, why: 'unneeded' }],
  });

  it('has the value of the plan and of the next cut', () => {
    expect(document).toMatchObject({ build: 'default', measured: false, value: plan.latency.total });
    expect(document.next).toMatchObject({ value: other.latency.total, exact: true });
  });

  it('says null where a step less leaves no plan', () => {
    expect(document.limits).toEqual({ memory: { ...price, lost: null } });
  });

  it('takes the nearest change of cut on either side of the uplink', () => {
    expect(document.uplink.below).toMatchObject({ at: 8, decision: other.decision });
    expect(document.uplink.above).toBeNull();
  });

  it('names layers', () => {
    expect(document.bits[0]).toMatchObject({ layer: problem.layers[1].name, fewer: 4 });
  });
});
