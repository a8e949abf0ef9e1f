import { rm } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { shared } from '../shared.js';
import { NETWORKS, writeProject } from './networks.js';

const cli = path.resolve('dist/cli.js');

async function build(folder: string) {
  const { stdout } = await execa(process.execPath, [cli, 'build', '--cwd', folder, '--json', '--quiet']);
  return JSON.parse(stdout);
}

describe.skipIf(!shared)('real networks build and verify', () => {
  for (const [name, network] of Object.entries(NETWORKS)) {
    // Fewer labelled samples than there are: accuracy has its own test.
    const validation = network.validation && { validation: { ...network.validation, samples: 48 } };

    it(`${name}, cut by the planner`, async () => {
      const folder = await writeProject(network, { ...validation });
      const { plan, verification } = await build(folder);
      expect(plan.latency.total).toBeLessThanOrEqual(plan.baselines['cloud-only'].latency.total);
      if (plan.baselines['edge-only']?.feasible) expect(plan.latency.total).toBeLessThanOrEqual(plan.baselines['edge-only'].latency.total);
      expect(verification.samples).toBeGreaterThan(0);
      await rm(folder, { recursive: true });
    });

    it(`${name}, cut in the middle`, async () => {
      const folder = await writeProject(network, { ...validation, split: { after: network.middle } });
      const { plan, verification } = await build(folder);
      expect(plan.decision).toBe('split');
      expect(plan.cut.map((crossing: { tensor: string }) => crossing.tensor).sort()).toEqual([...network.middle].sort());
      expect(verification.wireBytes).toBeGreaterThan(0);
      await rm(folder, { recursive: true });
    });
  }
});
