import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { PlanDocument } from '../../src/documents/plan.js';
import { makeInitializer } from '../../src/onnx/build.js';
import type { Fact, Initializer, Model, Node } from '../../src/onnx/graph.js';
import { writeModelFiles } from '../../src/onnx/write.js';
import { float, node, random } from '../onnx/harness.js';
import { deployed } from './deployed.js';
import { npy } from './npy.js';
import { json, type Patch, root, scratch } from './project.js';

const SAMPLES = 12;

interface SmallNetwork {
  nodes: Node[];
  input: Fact;
  constants: Initializer[];
  /** Values of one sample. */
  sample(index: number): number[];
}

const weights = (seed: number, count: number, scale: number) => {
  const next = random(seed);
  return Float32Array.from({ length: count }, () => (next() - 0.5) * scale);
};
const ints = (...values: number[]) => BigInt64Array.from(values, BigInt);
const list = (value: Node, name: string, values: number[]): Node => ({
  ...value,
  attributes: new Map([...value.attributes, [name, { type: 'ints', value: values }]]),
});

/** Sound whose second half nobody hears: sliced, framed and padded before anything computes. */
const audio: SmallNetwork = {
  nodes: [
    node('Slice', ['sound', 'start', 'end', 'axis'], ['heard']),
    node('Reshape', ['heard', 'frames'], ['framed']),
    node('Pad', ['framed', 'pads'], ['padded']),
    list(node('Conv', ['padded', 'w1'], ['c1']), 'strides', [2]),
    node('Relu', ['c1'], ['r1']),
    node('GlobalAveragePool', ['r1'], ['pooled']),
    node('Flatten', ['pooled'], ['flat']),
    node('Gemm', ['flat', 'w2'], ['scores']),
  ],
  input: float('sound', 1, 8000),
  constants: [
    makeInitializer('start', ints(0), [1]),
    makeInitializer('end', ints(4000), [1]),
    makeInitializer('axis', ints(1), [1]),
    makeInitializer('frames', ints(1, 10, 400), [3]),
    makeInitializer('pads', ints(0, 0, 2, 0, 0, 2), [6]),
    makeInitializer('w1', weights(1, 64 * 10 * 9, 0.4), [64, 10, 9]),
    makeInitializer('w2', weights(2, 64 * 4, 1), [64, 4]),
  ],
  sample: (index) => {
    const next = random(100 + index);
    return Array.from({ length: 8000 }, (_, t) => 0.5 * Math.sin((t * (index + 2)) / 40) + 0.05 * (next() - 0.5));
  },
};

/** The same without anything before the convolution. */
const frames: SmallNetwork = {
  ...audio,
  nodes: [list(node('Conv', ['sound', 'w1'], ['c1']), 'strides', [2]), ...audio.nodes.slice(4)],
  input: float('sound', 1, 10, 800),
  constants: audio.constants.slice(-2),
};

/** A convolution beside a skip from the input. */
const skip: SmallNetwork = {
  nodes: [
    list(node('Conv', ['x', 'w1'], ['c1']), 'strides', [4, 4]),
    node('Relu', ['c1'], ['r1']),
    node('GlobalAveragePool', ['r1'], ['pooled']),
    node('GlobalAveragePool', ['x'], ['means']),
    node('Concat', ['pooled', 'means'], ['joined'], [['axis', 1]]),
    node('Flatten', ['joined'], ['flat']),
    node('Gemm', ['flat', 'w2'], ['scores']),
  ],
  input: float('x', 1, 3, 32, 32),
  constants: [
    makeInitializer('w1', weights(9, 8 * 3 * 9, 0.5), [8, 3, 3, 3]),
    makeInitializer('w2', weights(10, 11 * 4, 1), [11, 4]),
  ],
  sample: (index) => {
    const next = random(400 + index);
    return Array.from({ length: 3 * 32 * 32 }, (_, i) => 0.8 * Math.sin((i * (index + 1)) / 50) + 0.1 * (next() - 0.5));
  },
};

/** The same of pixels as bytes. */
const pixels: SmallNetwork = {
  ...skip,
  nodes: [
    node('Cast', ['x'], ['cast'], [['to', 1]]),
    node('Mul', ['cast', 'step'], ['scaled']),
    ...skip.nodes.map((each) => ({ ...each, inputs: each.inputs.map((name) => (name === 'x' ? 'scaled' : name)) })),
  ],
  input: { name: 'x', dtype: 'uint8', shape: [1, 3, 32, 32] },
  constants: [...skip.constants, makeInitializer('step', Float32Array.of(1 / 255))],
};

/** Bytes as int32, looked up in a table of embeddings. */
const bytes: SmallNetwork = {
  nodes: [
    node('Gather', ['bytes', 'places'], ['used'], [['axis', 1]]),
    node('Gather', ['table', 'used'], ['embedded']),
    list(node('Transpose', ['embedded'], ['columns']), 'perm', [0, 2, 1]),
    node('Conv', ['columns', 'w1'], ['c1']),
    node('Relu', ['c1'], ['r1']),
    node('GlobalMaxPool', ['r1'], ['pooled']),
    node('Flatten', ['pooled'], ['flat']),
    node('Gemm', ['flat', 'w2'], ['scores']),
  ],
  input: { name: 'bytes', dtype: 'int32', shape: [1, 512] },
  constants: [
    makeInitializer(
      'places',
      BigInt64Array.from({ length: 256 }, (_, i) => BigInt(2 * i)),
    ),
    makeInitializer('table', weights(3, 256 * 16, 2), [256, 16]),
    makeInitializer('w1', weights(4, 32 * 16 * 5, 0.4), [32, 16, 5]),
    makeInitializer('w2', weights(5, 32 * 4, 1), [32, 4]),
  ],
  sample: (index) => {
    const next = random(200 + index);
    return Array.from({ length: 512 }, () => Math.floor(next() ** 3 * 256));
  },
};

/** As a quantizer of int8 weights exports it. */
const quantized: SmallNetwork = {
  nodes: [
    node('QuantizeLinear', ['x', 'sx', 'zx'], ['xq']),
    node('DequantizeLinear', ['xq', 'sx', 'zx'], ['xd']),
    node('DequantizeLinear', ['w1q', 'sw'], ['w1']),
    node('DequantizeLinear', ['b1q', 'sb'], ['b1']),
    list(list(node('Conv', ['xd', 'w1', 'b1'], ['c1']), 'pads', [1, 1, 1, 1]), 'strides', [2, 2]),
    node('QuantizeLinear', ['c1', 'sc', 'zc'], ['c1q']),
    node('DequantizeLinear', ['c1q', 'sc', 'zc'], ['c1d']),
    node('GlobalAveragePool', ['c1d'], ['pooled']),
    node('Flatten', ['pooled'], ['flat']),
    node('Gemm', ['flat', 'w2'], ['scores']),
  ],
  input: float('x', 1, 3, 32, 32),
  constants: [
    makeInitializer('sx', Float32Array.of(2 / 255)),
    makeInitializer('zx', Uint8Array.of(128)),
    makeInitializer('w1q', Int8Array.from(weights(6, 16 * 3 * 9, 250)), [16, 3, 3, 3]),
    makeInitializer('sw', Float32Array.of(0.01)),
    makeInitializer('b1q', Int32Array.from(weights(7, 16, 400))),
    makeInitializer('sb', Float32Array.of((2 / 255) * 0.01)),
    makeInitializer('sc', Float32Array.of(0.03)),
    makeInitializer('zc', Uint8Array.of(0)),
    makeInitializer('w2', weights(8, 16 * 4, 1), [16, 4]),
  ],
  sample: (index) => {
    const next = random(300 + index);
    return Array.from({ length: 3 * 32 * 32 }, (_, i) => 0.8 * Math.sin((i * (index + 1)) / 50) + 0.1 * (next() - 0.5));
  },
};

async function projectOf({ nodes, input, constants, sample }: SmallNetwork, patch: Patch): Promise<string> {
  const folder = path.join(scratch(), 'network');
  mkdirSync(path.join(folder, 'calib'), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  const initializers = new Map(constants.map((constant) => [constant.name, constant]));
  const graph = {
    name: 'small',
    nodes,
    inputs: [input],
    outputs: [float('scores', 1, 4)],
    initializers,
    values: new Map(),
  };
  const model: Model = { irVersion: 8, producer: 'test', opsets: new Map([['', 17]]), graph, functions: [] };
  await writeModelFiles(model, path.join(folder, 'model.onnx'));
  const type = input.dtype === 'int32' ? 'i4' : 'f4';
  for (let i = 0; i < SAMPLES; i++)
    writeFileSync(path.join(folder, `calib/${10 + i}.npy`), npy((input.shape ?? []).map(Number), sample(i), type));
  const config = {
    model: { path: 'model.onnx' },
    calibration: { inputs: 'calib/*.npy' },
    edge: { preset: 'raspberry-pi-4' },
    network: { preset: '4g' },
    cloud: { preset: 'nvidia-t4' },
    constraints: { accuracyDrop: '50 %' },
    ...patch,
  };
  writeFileSync(path.join(folder, 'autosplit.config.yaml'), stringify(config));
  return folder;
}

interface BuildDocument {
  plan: PlanDocument;
  verification: { samples: number; wireBytes: number; outputDifference: number };
}

async function built(folder: string): Promise<BuildDocument> {
  const { document, exitCode } = await json<BuildDocument>(folder, ['build']);
  expect(exitCode, JSON.stringify(document)).toBe(0);
  return document;
}

async function planned(folder: string): Promise<PlanDocument> {
  const { document, exitCode } = await json<PlanDocument>(folder, ['plan']);
  expect(exitCode, JSON.stringify(document)).toBe(0);
  return document;
}

const MOVING = ['Slice', 'Reshape', 'Pad', 'Gather', 'Transpose', 'QuantizeLinear', 'DequantizeLinear'];

/** No speed-up over cloud-only comes from moving or coding the input in another way. */
function expectFair({ decision, layers, latency, baselines }: PlanDocument): void {
  const edge = layers.filter(({ placement }) => placement === 'edge').map(({ op }) => op);
  const isCoding = edge.every((op) => MOVING.includes(op));
  if (isCoding) expect(decision).toBe('cloud-only');
  const cloud = baselines['cloud-only'];
  if (decision === 'cloud-only') expect(isCoding).toBe(true);
  if (cloud?.feasible) expect(latency.total).toBeLessThanOrEqual(cloud.latency.total * (1 + 1e-9));
  if (decision === 'cloud-only') expect(cloud?.latency.total).toBeLessThanOrEqual(latency.total * 1.02);
}

const link = (uplink: string): Patch => ({ network: { preset: '4g', uplink } });

describe.concurrent('an input in fewer bits', () => {
  test('at 6 bits by the arithmetic coder, through both sides as processes', async () => {
    const folder = await projectOf(frames, {
      ...link('100 kbps'),
      split: 'cloud-only',
      edge: { preset: 'raspberry-pi-4', bits: { wire: [6] } },
    });
    const { plan, verification } = await built(folder);
    expect(plan).toMatchObject({ decision: 'cloud-only', cut: [{ tensor: 'sound', bits: 6, encoding: 'arithmetic' }] });
    expect(existsSync(path.join(folder, 'autosplit/edge/model.onnx'))).toBe(false);
    expect(verification).toMatchObject({ outputDifference: 0 });
    expect(verification.wireBytes).toBe(verification.samples * ((8000 * 6) / 8));

    // What onnxruntime gives for the network itself, but for the quantization of the input.
    const samples = [audio.sample(50), audio.sample(51)];
    const session = await ort.InferenceSession.create(path.join(folder, 'model.onnx'), {
      graphOptimizationLevel: 'disabled',
      logSeverityLevel: 3,
    });
    const results = await deployed(
      folder,
      samples.map((sound) => ({ sound })),
    );
    for (const [index, { outputs }] of results.entries()) {
      const { scores } = await session.run({
        sound: new ort.Tensor('float32', Float32Array.from(samples[index]), [1, 10, 800]),
      });
      const right = Array.from(scores.data as Float32Array);
      const largest = Math.max(...right.map(Math.abs));
      for (const [i, value] of outputs.scores.entries()) expect(Math.abs(value - right[i])).toBeLessThan(0.1 * largest);
      expect(outputs.scores).not.toEqual(right);
    }
    await session.release();
  });

  test('beside another crossing tensor, where a skip reads the input in the cloud', async () => {
    const folder = await projectOf(skip, {
      ...link('20 kbps'),
      split: { after: ['r1', 'x'] },
      edge: { preset: 'raspberry-pi-4', bits: { wire: [5, 6] } },
    });
    const { plan, verification } = await built(folder);
    expect(plan.decision).toBe('split');
    const sent = Object.fromEntries(plan.cut.map(({ tensor, bits }) => [tensor, bits]));
    expect(sent).toEqual({ x: expect.any(Number), r1: expect.any(Number) });
    expect([5, 6]).toContain(sent.x);
    expect(verification.outputDifference).toBe(0);
  });

  test.each(['20 kbps', '1 Mbps', '100 Mbps'])('sound that is sliced first is no split over %s', async (uplink) => {
    const plan = await planned(await projectOf(audio, link(uplink)));
    expectFair(plan);
    const [sound] = plan.payload.filter(({ input }) => input);
    const widths = new Set(sound.options.map(({ bits }) => bits));
    expect([...widths].sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 8, 32]);
    expect(sound.options.every(({ bits, error }) => (bits === 32 ? error === 0 : error > 0))).toBe(true);
  });

  test.each(['20 kbps', '1 Mbps', '100 Mbps'])(
    'bytes that are looked up are no split before the table over %s',
    async (uplink) => {
      const plan = await planned(await projectOf(bytes, link(uplink)));
      expectFair(plan);
      // Values that no sample has must arrive too.
      const [input] = plan.payload.filter((each) => each.input);
      expect(new Set(input.options.map(({ bits }) => bits))).toEqual(new Set([32]));
      expect(input.options.map(({ encoding }) => encoding)).toContain('deflate');
    },
  );
});

test('an input of bytes that is a picture travels as JPEG, through both sides as processes', async () => {
  const folder = await projectOf(pixels, {
    split: 'cloud-only',
    input: { encoding: 'jpeg:90' },
    calibration: { images: 'calib/*.png' },
    ...link('20 kbps'),
  });
  const next = random(7);
  for (let i = 0; i < SAMPLES; i++) {
    const data = Buffer.from(
      Array.from({ length: 32 * 32 * 3 }, (_, at) => 128 + 90 * Math.sin(at / (20 + i)) + 20 * next()),
    );
    await sharp(data, { raw: { width: 32, height: 32, channels: 3 } })
      .png()
      .toFile(path.join(folder, `calib/${10 + i}.png`));
  }
  const { plan, verification } = await built(folder);
  expect(plan).toMatchObject({ decision: 'cloud-only', cut: [{ tensor: 'x', bits: 8, encoding: 'jpeg:90' }] });
  expect(plan.payload[0].options.map(({ encoding, error }) => [encoding, error > 0])).toEqual([
    ['jpeg:90', true],
    ['raw', false],
  ]);
  expect(verification.outputDifference).toBe(0);
});

test('an edge that only moves its input is built, runs, and is called cloud-only', async () => {
  const folder = await projectOf(audio, { ...link('100 kbps'), split: { after: ['heard'] } });
  const { plan, verification } = await built(folder);
  expect(plan).toMatchObject({ decision: 'cloud-only', cut: [{ tensor: 'heard' }] });
  expect(plan.layers.filter(({ placement }) => placement === 'edge').map(({ op }) => op)).toEqual(['Slice']);
  expect(verification.outputDifference).toBe(0);
  const [first] = await deployed(folder, [{ sound: audio.sample(60) }]);
  expect(first.outputs.scores).toHaveLength(4);
});

/** A product in an operator that no family of ops/ describes. */
const undescribed: SmallNetwork = {
  nodes: [
    {
      ...node('Einsum', ['x', 'w1'], ['mixed']),
      attributes: new Map([['equation', { type: 'string', value: 'bi,io->bo' }]]),
    },
    node('Relu', ['mixed'], ['r1']),
    node('Gemm', ['r1', 'w2'], ['scores']),
  ],
  input: float('x', 1, 64),
  constants: [
    makeInitializer('w1', weights(1, 64 * 32, 0.4), [64, 32]),
    makeInitializer('w2', weights(2, 32 * 4, 1), [32, 4]),
  ],
  sample: (index) => {
    const next = random(100 + index);
    return Array.from({ length: 64 }, next);
  },
};

test('an operator that autosplit does not know is named in the plan, and runs', async () => {
  const { plan, verification } = await built(await projectOf(undescribed, link('5 Mbps')));
  expect(plan.warnings?.filter((warning) => warning.includes('Einsum (layer "mixed")'))).toHaveLength(1);
  expect(plan.layers[0]).toMatchObject({ op: 'Einsum', macs: 0 });
  expect(verification.outputDifference).toBe(0);
});

describe.concurrent('a network that is quantized already', () => {
  test.each(['20 kbps', '5 Mbps'])(
    'sends no constant, is never beaten by its own cloud-only and says how it is treated, over %s',
    async (uplink) => {
      const { plan, verification } = await built(await projectOf(quantized, link(uplink)));
      expectFair(plan);
      expect(verification.outputDifference).toBe(0);
      const crossing = [plan, ...plan.frontier, ...plan.candidates].flatMap(({ cut }) =>
        cut.map(({ tensor }) => tensor),
      );
      for (const constant of ['w1', 'b1', 'w1q', 'b1q']) expect(crossing).not.toContain(constant);
      expect(plan.layers.map(({ op }) => op)).toEqual([
        'QuantizeLinear',
        'DequantizeLinear',
        'Conv',
        'QuantizeLinear',
        'DequantizeLinear',
        'GlobalAveragePool',
        'Flatten',
        'Gemm',
      ]);
      const notes = plan.warnings?.filter((warning) => warning.startsWith('the network is already quantized'));
      expect(notes).toHaveLength(1);
      expect(notes?.[0]).toContain(
        '4 QuantizeLinear and DequantizeLinear operators on activations run in float on the edge',
      );
    },
  );

  test('lets a tensor of codes cross as it is', async () => {
    const { plan } = await built(await projectOf(quantized, { split: { after: ['c1q'] } }));
    expect(plan.cut).toMatchObject([{ tensor: 'c1q', bits: 8 }]);
    const [sent] = plan.payload.filter(({ tensor }) => tensor === 'c1q');
    expect(sent.options.every(({ bits, error }) => bits === 8 && error === 0)).toBe(true);
    expect(sent.options.map(({ encoding }) => encoding)).toContain('arithmetic');
  });
});
