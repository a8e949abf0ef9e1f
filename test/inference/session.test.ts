import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, expect, it } from 'vitest';
import { openModel } from '../../src/inference/session.js';
import { makeInitializer } from '../../src/onnx/build.js';
import { float, modelOf, node, random, runModel } from '../onnx/harness.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'autosplit-session-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A convolution with float weights, of very different size in its two channels, between quantizers of activations. */
function betweenQuantizers() {
  const model = modelOf({
    nodes: [
      node('QuantizeLinear', ['x', 'step', 'zero'], ['xq']),
      node('DequantizeLinear', ['xq', 'step', 'zero'], ['xd']),
      node('Conv', ['xd', 'w'], ['y']),
      node('QuantizeLinear', ['y', 'step', 'zero'], ['yq']),
      node('DequantizeLinear', ['yq', 'step', 'zero'], ['yd']),
    ],
    inputs: [float('x', 1, 2, 8, 8)],
    outputs: [float('yd', 1, 2, 8, 8)],
  });
  const constants = [
    makeInitializer('step', Float32Array.of(0.01), []),
    makeInitializer('zero', Uint8Array.of(0), []),
    makeInitializer('w', Float32Array.of(100, 0, 0, 0.5), [2, 2, 1, 1]),
  ];
  for (const constant of constants) model.graph.initializers.set(constant.name, constant);
  return model;
}

it('computes a network with quantizers as it is written, float weights in float', async () => {
  const next = random(7);
  const data = Float32Array.from({ length: 128 }, (_, i) => (i < 64 ? 0 : 2 * next()));
  const model = betweenQuantizers();
  const expected = (await runModel(model, { x: new ort.Tensor('float32', data, [1, 2, 8, 8]) }, folder)).yd.data;
  const network = await openModel(model, folder, 'network', { quantizers: 'asWritten' });
  const { yd } = await network.run({ x: { dtype: 'float32', shape: [1, 2, 8, 8], data } });
  await network.close();
  expect(Math.max(...(yd.data as Float32Array))).toBeGreaterThan(0.5);
  (yd.data as Float32Array).forEach(
    (value, i) => void expect(Math.abs(value - (expected[i] as number))).toBeLessThan(0.011),
  );
});
