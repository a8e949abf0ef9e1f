import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, expect, test } from 'vitest';
import { deployed } from '../e2e/deployed.js';
import { npy } from '../e2e/npy.js';
import { autosplit, json, root, scratch } from '../e2e/project.js';
import { random } from '../onnx/harness.js';
import { smallNetwork } from '../shared.js';

const SHAPE = [1, 3, 32, 32];
const SAMPLES = 12;
const model = smallNetwork('classifier');

/** Colours that change slowly across the picture, as pictures have them. */
function picture(seed: number): Float32Array {
  const next = random(seed);
  const waves = Array.from({ length: 3 }, () => [next() / 3, next() / 3, 6 * next()]);
  return Float32Array.from({ length: 3 * 32 * 32 }, (_, i) => {
    const [across, down, phase] = waves[Math.floor(i / 1024)];
    return Math.sin(across * (i % 32) + down * (Math.floor(i / 32) % 32) + phase) + 0.2 * next();
  });
}

let folder: string;
beforeAll(() => {
  folder = scratch();
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  mkdirSync(path.join(folder, 'samples'));
  for (let i = 0; i < SAMPLES; i++) writeFileSync(path.join(folder, `samples/${i}.npy`), npy(SHAPE, picture(i)));
  const config = {
    model,
    calibration: { inputs: 'samples/*.npy' },
    edge: { preset: 'eyeriss' },
    network: { preset: '3g' },
    cloud: { preset: 'nvidia-t4' },
    split: { after: ['sum.relu'] },
  };
  writeFileSync(path.join(folder, 'autosplit.config.json'), JSON.stringify(config));
});

test('a network is built, verified and deployed, and answers as the whole one does', async () => {
  const { document, exitCode } = await json<{ verification: { samples: number; outputDifference: number } }>(folder, [
    'build',
  ]);
  expect(exitCode).toBe(0);
  expect(document.verification.samples).toBeGreaterThan(0);
  expect((await autosplit(folder, ['check'])).exitCode).toBe(0);

  const unseen = Array.from({ length: 6 }, (_, i) => picture(100 + i));
  const answers = await deployed(
    folder,
    unseen.map((image) => ({ image: [...image] })),
  );
  const session = await InferenceSession.create(model);
  let [noise, signal] = [0, 0];
  for (const [i, image] of unseen.entries()) {
    const { logits } = await session.run({ image: new Tensor('float32', image, SHAPE) });
    const exact = logits.data as Float32Array;
    expect(answers[i].outputs.logits).toHaveLength(exact.length);
    expect(answers[i].timings.total).toBeGreaterThan(0);
    exact.forEach((value, at) => {
      noise += (answers[i].outputs.logits[at] - value) ** 2;
      signal += value ** 2;
    });
  }
  // Eight bits on the edge and on the wire are near the float network.
  expect(10 * Math.log10(signal / noise)).toBeGreaterThan(20);
});
