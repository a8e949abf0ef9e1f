import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { PlanDocument } from '../../src/documents/plan.js';
import { writeModelFiles } from '../../src/onnx/write.js';
import { spotSamples, yoloShaped } from '../outputs/networks.js';
import { npy } from './npy.js';
import { json, scratch } from './project.js';

/** A device that holds weights packed, so slow that bits of weights are time. */
const SLOW = {
  name: 'slow',
  kind: 'roofline',
  memory: '512 KiB',
  onChipMemory: '64 KiB',
  bandwidth: '1 MB/s',
  peak: { int8: '20 MOPS', fp32: '5 MOPS' },
  efficiency: { default: '50 %' },
  overhead: '5 us',
  bits: { weights: [2, 4, 6, 8], activations: [8] },
  target: 'simulated',
};

test('a detector without labels keeps its detections: boxes in pixels do not drown scores of 0 to 1', async () => {
  const folder = scratch();
  await writeModelFiles(yoloShaped(-1), path.join(folder, 'model.onnx'));
  const samples = spotSamples(24);
  mkdirSync(path.join(folder, 'calib'));
  for (let i = 0; i < samples.count; i++) {
    const { x } = await samples.load(i);
    writeFileSync(
      path.join(folder, 'calib', `${String(i).padStart(2, '0')}.npy`),
      npy(x.shape, x.data as Float32Array),
    );
  }
  const config = {
    model: 'model.onnx',
    calibration: { inputs: 'calib/*.npy' },
    edge: SLOW,
    network: { name: 'slow', uplink: '20 kbps', rtt: '50 ms' },
    cloud: { preset: 'nvidia-t4' },
  };
  writeFileSync(path.join(folder, 'autosplit.config.yaml'), stringify(config));
  const { document, exitCode } = await json<{ plan: PlanDocument }>(folder, ['build']);
  expect(exitCode).toBe(0);
  const { accuracy, layers, warnings, measured = [], latency } = document.plan;
  expect(accuracy).toMatchObject({ metric: 'detections', accepted: true });
  expect(accuracy?.drop).toBeLessThanOrEqual(accuracy?.limit ?? 0);
  expect(warnings?.join()).toMatch(/guessed from the outputs: yolov8/);
  const bits = layers.flatMap(({ placement, weightBits }) =>
    placement === 'edge' && weightBits && weightBits < 32 ? [weightBits] : [],
  );
  expect(bits.length).toBeGreaterThan(0);
  expect(bits.reduce((a, b) => a + b, 0) / bits.length).toBeGreaterThan(2);
  // What is faster was run, and lost detections.
  for (const faster of measured.filter((each) => each.latency.total < latency.total * 0.99))
    expect(faster.accuracy.accepted).toBe(false);
});
