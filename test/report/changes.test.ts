import { describe, expect, it } from 'vitest';
import { changesSince, difference } from '../../src/report/changes.js';
import { exampleManifest } from './example.js';

describe('changesSince', () => {
  it('finds nothing between a bundle and itself', () => {
    const changes = changesSince(exampleManifest(), exampleManifest(), 'main');
    expect(changes).toMatchObject({ reference: 'main', cut: null, layers: 0, inputs: [] });
    expect(changes.figures.length).toBeGreaterThan(8);
    expect(changes.figures.filter(({ before, after }) => before !== after)).toEqual([]);
  });

  it('names the cut, figures, layers and inputs that are others', () => {
    const before = exampleManifest();
    before.plan.decision = 'cloud-only';
    before.plan.latency = { ...before.plan.latency, total: 2 * before.plan.latency.total };
    before.plan.layers[0].weightBits = 3;
    before.plan.layers[1].placement = 'cloud';
    delete before.plan.accuracy;
    before.inputs.presets = { ...before.inputs.presets, edge: { ...(before.inputs.presets.edge as object), clock: 1 } };
    const now = exampleManifest();
    const { cut, figures, layers, inputs } = changesSince(before, now, 'v1');
    expect(cut).toEqual({ before: 'all in the cloud', after: `after ${now.plan.cut[0].tensor}` });
    expect(layers).toBe(2);
    expect(inputs).toEqual(['presets.edge.clock: 1 -> 202381000']);
    const changed = Object.fromEntries(
      figures.filter(({ before: was, after }) => was !== after).map((figure) => [figure.name, figure]),
    );
    expect(changed.latency).toMatchObject({ before: 2 * now.plan.latency.total, after: now.plan.latency.total });
    expect(difference(changed.latency)).toBe('−50 %');
    expect(changed.accuracy).toMatchObject({ before: null, after: now.plan.accuracy?.quantized });
    expect(difference(changed.accuracy)).toBe('');
  });

  it('has no figure that neither of the two states', () => {
    const without = exampleManifest();
    without.plan.cost = null;
    expect(changesSince(without, without, 'main').figures.map(({ name }) => name)).not.toContain('cost');
  });
});

it('differences are in percent, those of shares in points', () => {
  expect(difference({ name: '', unit: 'bytes', before: 200, after: 250 })).toBe('+25 %');
  expect(difference({ name: '', unit: 'share', before: 0.5, after: 0.48 })).toBe('−2 points');
  expect(difference({ name: '', unit: 'bytes', before: 0, after: 5 })).toBe('');
});
