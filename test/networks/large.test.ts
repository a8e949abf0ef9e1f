import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noShared, shared } from '../shared.js';
import { unless } from '../skips/unless.js';
import { run } from './cli.js';
import { NETWORKS, writeProject } from './networks.js';

describe('large networks', unless(noShared), () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'autosplit-large-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function project(name: string, samples: number): Promise<string> {
    const model = path.join(folder, `${name}.onnx`);
    await execa(process.execPath, [
      path.join(shared ?? '', 'tools/inflate-onnx.mjs'),
      path.join(shared ?? '', 'models/light', `${name}.onnx`),
      model,
    ]);
    const { calibration } = NETWORKS.mobilenetv2;
    return writeProject({ model: '', calibration: { ...calibration, samples }, middle: [] }, { model, effort: 'fast' });
  }

  it('vgg16 (553 MB) builds within 2.5 GB', async () => {
    const cwd = await project('vgg16', 4);
    const { stdout, peakBytes } = await run('build', cwd);
    expect(JSON.parse(stdout).verification.samples).toBe(4);
    expect(peakBytes).toBeLessThan(2.5e9);
    await rm(cwd, { recursive: true });
  });

  it('vit_b_16 (346 MB) plans', async () => {
    const cwd = await project('vit_b_16', 1);
    const { stdout, peakBytes } = await run('plan', cwd);
    expect(JSON.parse(stdout).latency.total).toBeGreaterThan(0);
    expect(peakBytes).toBeLessThan(2.5e9);
    await rm(cwd, { recursive: true });
  });
});
