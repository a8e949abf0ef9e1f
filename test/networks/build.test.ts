import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { noShared } from '../shared.js';
import { unless } from '../skips/unless.js';
import { build } from './cli.js';
import { NETWORKS, writeProject } from './networks.js';

const states = mkdtempSync(path.join(tmpdir(), 'autosplit-states-'));

describe('real networks build and verify', unless(noShared), () => {
  afterAll(() => rm(states, { recursive: true, force: true }));

  for (const [name, network] of Object.entries(NETWORKS)) {
    // Fewer labelled samples than there are: accuracy has its own test.
    const validation = network.validation && { validation: { ...network.validation, samples: 48 } };

    it(`${name}, cut by the planner`, async () => {
      const folder = await writeProject(network, { ...validation, effort: 'fast' });
      const { plan, verification } = await build(folder);
      // Up to the tolerance, within which the more accurate plan is taken.
      for (const side of ['cloud-only', 'edge-only'])
        if (plan.baselines[side]?.accuracy?.accepted)
          expect(plan.latency.total).toBeLessThanOrEqual(1.01 * plan.baselines[side].latency.total);
      expect(verification.samples).toBeGreaterThan(0);
      await rm(folder, { recursive: true });
    });

    it(`${name}, cut in the middle`, async () => {
      const folder = await writeProject(network, { ...validation, split: { after: network.middle }, effort: 'fast' });
      const { plan, verification } = await build(folder);
      expect(plan.decision).toBe('split');
      expect(plan.cut.map((crossing: { tensor: string }) => crossing.tensor).sort()).toEqual(
        [...network.middle].sort(),
      );
      expect(verification.wireBytes).toBeGreaterThan(0);
      await rm(folder, { recursive: true });
    });
  }

  it('byte_bilstm, an LSTM, builds whole on one side', async () => {
    const calibration = { inputs: path.join(states, 'bytes.npy') };
    await writeFile(
      path.join(states, 'bytes.npy'),
      npy(Buffer.from('the quick brown fox jumps over!!'), '|u1', [2, 1, 16]),
    );
    const network = { model: 'byte_bilstm_tract', inputs: { input: [1, 16] }, calibration, middle: [] };
    for (const split of ['edge-only', 'cloud-only', 'auto']) {
      const folder = await writeProject(network, { split, effort: 'fast' });
      const { plan } = await build(folder);
      if (split !== 'auto') expect(plan.decision).toBe(split);
      await rm(folder, { recursive: true });
    }
  });

  it('silero_vad, whose branches do not fit fixed shapes, is refused with the reason', async () => {
    await writeFile(path.join(states, 'silence.npy'), npy(Buffer.alloc(512 * 4), '<f4', [1, 512]));
    const inputs = { input: [1, 512], state: [2, 1, 128] };
    const folder = await writeProject({
      model: 'silero_vad',
      inputs,
      calibration: { inputs: path.join(states, 'silence.npy') },
      middle: [],
    });
    const refused = await build(folder).catch((error: { exitCode: number; stdout: string }) => error);
    expect(refused.exitCode).toBe(2);
    expect(JSON.parse(refused.stdout).error).toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining('LSTM'),
    });
    await rm(folder, { recursive: true });
  });
});

/** A NumPy array file, format version 1.0. */
function npy(data: Buffer, descr: string, shape: number[]): Buffer {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const padded = `${header.padEnd(64 * Math.ceil((header.length + 11) / 64) - 11)}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(padded.length);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, Buffer.from(padded), data]);
}
