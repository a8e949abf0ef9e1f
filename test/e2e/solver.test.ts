import { beforeAll, describe, expect, test } from 'vitest';
import type { PlanDocument } from '../../src/documents/plan.js';
import { autosplit, built, json, project, UNLABELLED } from './project.js';

let folder: string;
beforeAll(() => {
  folder = project({ ...UNLABELLED, calibration: { images: 'data/calib/000[1-2].jpg' }, edge: { memory: '128 KiB' } });
});

describe('--solver highs', () => {
  test('proves the latency of the plan that the search takes', async () => {
    const [search, highs] = await Promise.all(
      [['plan'], ['plan', '--solver', 'highs']].map((args) => json<PlanDocument>(folder, args)),
    );
    // Of plans within the tolerance of the fastest one the most accurate is taken: 1 % at most is given away for that.
    const { lowerBound, gap } = search.document.optimality;
    expect(gap).toBeCloseTo(1 - lowerBound / search.document.latency.total, 9);
    expect(gap).toBeLessThanOrEqual(0.01);
    expect(highs.document.optimality).toMatchObject({
      gap: expect.closeTo(gap, 9),
      lowerBound: expect.closeTo(lowerBound, 9),
      solver: 'highs',
    });
    expect(highs.document.latency.total).toBeCloseTo(search.document.latency.total, 9);
    expect(highs.document.edge.memory.total).toBeLessThanOrEqual(128 * 1024);
  });

  test('builds what `check --rebuild` builds again, without being told', async () => {
    await built(folder, '--solver', 'highs');
    const { stdout, exitCode } = await autosplit(folder, ['check', '--rebuild']);
    expect([stdout, exitCode]).toEqual(['autosplit is fresh', 0]);
  });

  test('knows no other name', async () => {
    const { stderr, exitCode } = await autosplit(folder, ['plan', '--solver', 'simplex']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Allowed choices are search, highs');
  });
});
