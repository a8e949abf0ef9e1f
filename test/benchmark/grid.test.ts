import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attention } from '../../src/benchmark/grid/attention.js';
import { gridModels } from '../../src/benchmark/grid/index.js';
import { syntheticSamples } from '../../src/benchmark/synthetic.js';
import { runIsolated } from '../../src/inference/isolated.js';
import { writeModel, writeModelFiles } from '../../src/onnx/write.js';
import { sha256 } from '../../src/util/content.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'autosplit-grid-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const networks = gridModels();

describe('the benchmark of operators', () => {
  it.each(networks.map((model) => [model.graph.name, model] as const))(
    '%s is a network that onnxruntime takes',
    async (name, model) => {
      const file = path.join(folder, `${name}.onnx`);
      await writeModelFiles(model, file);
      const [output] = await runIsolated('describe', { model: file });
      expect(output.dtype).toBe('float32');
      expect(output.shape).toEqual([1, 10]);
    },
  );

  it('has what networks for pictures and sound are made of', () => {
    const ops = new Set(networks.flatMap(({ graph }) => graph.nodes.map(({ op }) => op)));
    const wanted =
      'Conv ConvTranspose Gemm MatMul Add Mul Sub Div Concat MaxPool AveragePool GlobalAveragePool Resize Softmax LayerNormalization';
    const more =
      'Sigmoid Tanh LeakyRelu HardSigmoid HardSwish Clip Erf Pow Sqrt ReduceMean Transpose Reshape Slice Pad Flatten Relu';
    expect(`${wanted} ${more}`.split(' ').filter((op) => !ops.has(op))).toEqual([]);
  });

  it('is the same every time', () => {
    const digests = (models: typeof networks) =>
      models.map((model) => sha256(writeModel(model, { externalize: false }).skeleton));
    expect(digests(attention())).toEqual(digests(networks.filter(({ graph }) => graph.name.startsWith('attention'))));
  });
});

describe('synthetic samples', () => {
  const inputs = [
    { name: 'picture', dtype: 'float32' as const, shape: [1, 3, 32, 32] },
    { name: 'bytes', dtype: 'uint8' as const, shape: [64] },
    { name: 'tokens', dtype: 'int64' as const, shape: [1, 8] },
  ];

  it('are the same every time, of mean 0 and variance 1, or what any network takes', async () => {
    const [one, other] = [syntheticSamples(inputs), syntheticSamples(inputs)];
    expect(one.count).toBe(one.names.length);
    const sample = await one.load(1);
    expect(await other.load(1)).toEqual(sample);
    expect((await one.load(2)).picture.data).not.toEqual(sample.picture.data);
    const values = Array.from(sample.picture.data, Number);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(0, 4);
    expect(variance).toBeCloseTo(1, 3);
    expect(new Set(sample.bytes.data as Uint8Array).size).toBeGreaterThan(30);
    expect(sample.tokens.data).toEqual(new BigInt64Array(8));
  });

  it('are refused for what is no number', async () => {
    const text = syntheticSamples([{ name: 'words', dtype: 'string', shape: [1] }]);
    await expect(text.load(0)).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' });
  });
});
