import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { noShared } from '../shared.js';
import { unless } from '../skips/unless.js';
import { build } from './cli.js';
import { NETWORKS, writeProject } from './networks.js';

describe('cut in the middle, 8 bits on the edge, calibrated on calib and measured on val', unless(noShared), () => {
  it.each(['mobilenetv2', 'squeezenet1.1', 'lprnet'])('%s loses at most one point', async (name) => {
    const network = NETWORKS[name];
    const bits = { weights: [8], wire: [8] };
    const folder = await writeProject(
      { ...network, calibration: { ...network.calibration, samples: 100 } },
      {
        edge: { preset: 'raspberry-pi-4', bits },
        split: { after: network.middle },
        constraints: { accuracyDrop: 0.5 },
        errorModel: 'relative',
      },
    );
    const { plan } = await build(folder);
    expect(plan.accuracy.samples).toBe(400);
    expect(plan.accuracy.drop).toBeLessThanOrEqual(0.01);
    await rm(folder, { recursive: true });
  });
});
