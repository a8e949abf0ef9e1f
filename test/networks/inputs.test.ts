import { rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PlanDocument } from '../../src/documents/plan.js';
import { noShared, shared } from '../shared.js';
import { unless } from '../skips/unless.js';
import { run } from './cli.js';
import { writeProject } from './networks.js';

const data = (file: string) => path.join(shared ?? '', 'data', file);

/** What a layer of the input alone may do for a plan to be called cloud-only. */
const MOVING = [
  'Slice',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
  'Transpose',
  'Pad',
  'Gather',
  'Cast',
  'QuantizeLinear',
  'DequantizeLinear',
];

function expectFair({ decision, layers, latency, baselines }: PlanDocument): void {
  const edge = layers.filter(({ placement }) => placement === 'edge').map(({ op }) => op);
  if (edge.every((op) => MOVING.includes(op))) expect(decision).toBe('cloud-only');
  const cloud = baselines['cloud-only'];
  if (cloud?.feasible) expect(latency.total).toBeLessThanOrEqual(cloud.latency.total * (1 + 1e-9));
}

describe('inputs that are sliced or quantized first', unless(noShared), () => {
  const speech = { model: 'kwt1_keyword_transformer_fp32', calibration: { audio: data('audio/*.wav') }, middle: [] };

  it.each(['20 kbps', '1 Mbps', '20 Mbps'])(
    'a keyword transformer over %s is no split of one slice',
    async (uplink) => {
      const folder = await writeProject(speech, { network: { preset: '4g', uplink }, effort: 'fast' });
      const plan: PlanDocument = JSON.parse((await run('plan', folder)).stdout);
      expectFair(plan);
      const [sound] = plan.payload.filter(({ input }) => input);
      expect(new Set(sound.options.map(({ bits }) => bits))).toEqual(new Set([16, 2, 3, 4, 5, 6, 8]));
      await rm(folder, { recursive: true });
    },
  );

  it('a network that is quantized already sends no constant and says how it is treated', async () => {
    const preprocess = { resize: 256, crop: 224, mean: 127.5, std: 127.5 };
    const calibration = { images: data('imagenet500/calib/*.jpg'), preprocess, samples: 4 };
    const network = { model: 'mobilenetv2_tf2_ptq_qdq_perchannel_s8', calibration, middle: [] };
    const folder = await writeProject(network, { effort: 'fast' });
    const plan: PlanDocument = JSON.parse((await run('plan', folder)).stdout);
    expectFair(plan);
    // Weights and biases are dequantized beforehand: every layer that is left depends on the picture.
    const [picture] = plan.payload.filter(({ input }) => input).map(({ tensor }) => tensor);
    const made = new Set([picture, ...plan.layers.flatMap(({ outputs }) => outputs)]);
    for (const { inputs } of plan.layers) expect(inputs.filter((name) => made.has(name)).length).toBeGreaterThan(0);
    expect(plan.warnings?.filter((warning) => warning.startsWith('the network is already quantized'))).toHaveLength(1);
    await rm(folder, { recursive: true });
  });
});
