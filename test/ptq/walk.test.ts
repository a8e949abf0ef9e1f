import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { prepareModel } from '../../src/frontend/index.js';
import { openModel, type TensorValue } from '../../src/inference/session.js';
import type { Model } from '../../src/onnx/graph.js';
import { readModel } from '../../src/onnx/read.js';
import { advance, type Walk } from '../../src/ptq/walk.js';
import { random, temporaryFolder } from '../onnx/harness.js';

const folder = temporaryFolder();

function inputs(model: Model): Map<string, TensorValue[]> {
  const next = random(8);
  return new Map(
    model.graph.inputs.map(({ name, shape }) => {
      const dims = (shape ?? []).map(Number);
      const sample = () => Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => next());
      return [name, [0, 1].map(() => ({ dtype: 'float32' as const, shape: dims, data: sample() }))];
    }),
  );
}

describe('a network that is run part by part', () => {
  async function walked(isExact: boolean, threads: number) {
    const { model } = await prepareModel(
      readModel(path.resolve('examples/license-plates/model.onnx')),
      {},
      folder,
      () => {},
    );
    const { nodes } = model.graph;
    const kept = inputs(model);
    const dtypeOf = (name: string) => model.graph.values.get(name)?.dtype ?? 'float32';
    // What no node reads is not kept: all nodes but the last.
    const last = nodes.length - 1;
    let walk: Walk = { position: 0, kept };
    for (const to of [Math.floor(last / 3), Math.floor(last / 2), last])
      walk = await advance(walk, model, to, { workDir: folder, threads, dtypeOf, isExact });
    const [read] = nodes[last].inputs;
    const whole = await openModel(model, folder, 'whole', { outputs: [read] });
    const feeds = Object.fromEntries([...kept].map(([name, [first]]) => [name, first]));
    const reference = (await whole.run(feeds))[read].data as Float32Array;
    await whole.close();
    return { values: walk.kept.get(read)?.map(({ data }) => data as Float32Array) ?? [], reference };
  }

  it.each([true, false])('gives what it gives as a whole (in WebAssembly: %s)', async (isExact) => {
    const { values, reference } = await walked(isExact, 1);
    expect(values).toHaveLength(2);
    const scale = reference.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const furthest = reference.reduce((most, value, i) => Math.max(most, Math.abs(value - values[0][i])), 0);
    expect(scale).toBeGreaterThan(0);
    expect(furthest).toBeLessThan(1e-4 * scale);
  });

  it('gives the same bits with any number of threads in WebAssembly', async () => {
    const [one, two] = [await walked(true, 1), await walked(true, 2)];
    expect(two.values).toEqual(one.values);
  });
});
