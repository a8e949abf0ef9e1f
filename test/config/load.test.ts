import path from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { addFiles } from '../util/temporary.js';
import { loadOne, presets, problemsIn, project, SMALLEST } from './support.js';

test('a small config gets every default', async () => {
  const folder = project({ 'autosplit.config.yaml': SMALLEST });
  const [config, ...others] = await loadConfig({ cwd: folder, presets });
  expect(others).toEqual([]);
  const at = (name: string) => path.join(folder, name);
  expect(config).toEqual({
    name: 'default',
    file: at('autosplit.config.yaml'),
    root: folder,
    read: [
      at('autosplit.config.yaml'),
      ...['edge/grid', 'network/slow', 'cloud/rack'].map((name) => path.join(presets, `${name}.yaml`)),
    ],
    model: { path: at('net.onnx'), inputs: {} },
    calibration: {
      kind: 'images',
      files: [at('data/a.jpg'), at('data/b.jpg')],
      pattern: 'data/*.jpg',
      preprocess: { fit: 'cover', channels: 'rgb', mean: [0, 0, 0], std: [1, 1, 1], layout: 'nchw' },
      limit: 64,
    },
    edge: {
      preset: expect.objectContaining({ name: 'grid', clock: 202_381_000 }),
      origin: { name: 'grid', version: 2, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      sources: expect.arrayContaining([expect.objectContaining({ path: 'clock', value: '202.381 MHz' })]),
      memoryBytes: 4e9,
      // A systolic array is a model.
      target: 'simulated',
      bits: { weights: [2, 4, 6, 8], activations: [8], wire: [2, 3, 4, 5, 6, 8] },
    },
    link: {
      preset: expect.objectContaining({ name: 'slow' }),
      origin: expect.objectContaining({ name: 'slow' }),
      sources: expect.any(Array),
      percentile: 50,
    },
    cloud: {
      preset: expect.objectContaining({ name: 'rack' }),
      origin: expect.objectContaining({ name: 'rack' }),
      sources: expect.any(Array),
      target: 'node',
    },
    input: { encoding: 'auto' },
    deliver: 'edge',
    objective: 'latency',
    quantization: {
      equalize: false,
      rounding: 'gptq',
      biasCorrection: true,
      activationRanges: ['mse', 'percentile', 'kl'],
    },
    constraints: {},
    errorModel: 'output',
    effort: 'normal',
    skipped: [],
    tolerance: 0.01,
    split: 'auto',
    output: at('autosplit'),
  });
});

test('every key of the design is taken', async () => {
  const folder = project({
    'autosplit.config.yaml': `
model: { path: net.onnx, inputs: { input: [1, 3, 24, 94] } }
calibration:
  images: data/*.jpg
  preprocess: { resize: [94, 24], fit: fill, channels: bgr, mean: 127.5, std: [127, 128, 129], layout: nhwc, crop: 20 }
  samples: 8
validation:
  images: data/a.jpg
  labels: labels.csv
  metric: ./metric.mjs
edge: { preset: grid-12x14, memory: 4 MB, target: onnxruntime-node, bits: { weights: [8, 4], activations: [8], wire: [1, 3] } }
network: { preset: modem, uplink: 3 Mbps }
cloud: { preset: rack, target: node }
input: { encoding: jpeg:90 }
deliver: cloud
constraints: { accuracyDrop: 1 %, latency: 200 ms, error: 0.5 }
errorModel: mse
split: { after: [conv1, conv2] }
output: ../out
`,
  });
  const [config] = await loadConfig({ cwd: folder, presets });
  const preprocess = {
    resize: [94, 24],
    fit: 'fill',
    crop: [20, 20],
    channels: 'bgr',
    mean: [127.5, 127.5, 127.5],
    std: [127, 128, 129],
    layout: 'nhwc',
  };
  expect(config).toMatchObject({
    model: { inputs: { input: [1, 3, 24, 94] } },
    calibration: { preprocess, limit: 8 },
    validation: {
      kind: 'images',
      files: [path.join(folder, 'data/a.jpg')],
      labels: path.join(folder, 'labels.csv'),
      metric: { module: path.join(folder, 'metric.mjs') },
      preprocess,
      limit: Infinity,
    },
    edge: {
      memoryBytes: 4_000_000,
      preset: { memory: 4_000_000 },
      bits: { weights: [4, 8], activations: [8], wire: [1, 3] },
    },
    link: {
      preset: {
        uplink: 3_000_000,
        downlink: 3_000_000,
        rtt: 0.065,
        messageOverhead: 420,
        mtu: 1500,
        packetOverhead: 52,
      },
    },
    input: { encoding: 'jpeg:90' },
    deliver: 'cloud',
    constraints: { accuracyDrop: 0.01, latencySeconds: 0.2, error: 0.5 },
    errorModel: 'mse',
    effort: 'normal',
    skipped: [],
    tolerance: 0.01,
    split: { after: ['conv1', 'conv2'] },
    output: path.join(path.dirname(folder), 'out'),
  });
});

test('variants are merged over the rest, one result each, in folders of their own', async () => {
  const folder = project({
    'data/x.npy': '',
    'autosplit.config.yaml': `
model: net.onnx
calibration: { images: data/*.jpg, preprocess: { resize: 8 }, samples: 5 }
edge: { preset: grid, memory: 4 MB }
network: { preset: slow }
builds:
  gateway: { edge: { preset: board, memory: 1 GB }, cloud: { preset: rack } }
  camera: { cloud: { preset: rack, clock: 1 GHz }, model: { inputs: { x: [1] } } }
  tensors: { cloud: { preset: rack }, calibration: { inputs: data/*.npy }, output: elsewhere }
`,
  });
  const builds = await loadConfig({ cwd: folder, presets });
  expect(builds.map(({ name, output }) => [name, path.relative(folder, output)])).toEqual([
    ['gateway', 'autosplit/gateway'],
    ['camera', 'autosplit/camera'],
    ['tensors', 'elsewhere/tensors'],
  ]);
  const [gateway, camera, tensors] = builds;
  expect(gateway.edge).toMatchObject({ memoryBytes: 1e9, preset: { name: 'board', kind: 'roofline' } });
  expect(camera.edge).toMatchObject({ memoryBytes: 4e6, preset: { name: 'grid' } });
  expect(camera.cloud.preset).toMatchObject({ clock: 1e9 });
  expect(camera.model).toEqual({ path: path.join(folder, 'net.onnx'), inputs: { x: [1] } });
  expect(tensors.calibration).toMatchObject({
    kind: 'inputs',
    files: [path.join(folder, 'data/x.npy')],
    limit: 5,
    preprocess: { fit: 'cover' },
  });
  expect(tensors.calibration.preprocess).not.toHaveProperty('resize');

  const one = await loadConfig({ cwd: folder, presets, build: 'camera' });
  expect(one.map(({ name }) => name)).toEqual(['camera']);
  await expect(loadConfig({ cwd: folder, presets, build: 'camra' })).rejects.toMatchObject({
    code: 'USAGE',
    hint: expect.stringContaining('did you mean `camera`?'),
  });
});

test('one variant does not need what only another one lacks', async () => {
  const folder = project({ 'autosplit.config.yaml': `${SMALLEST}builds: { good: {}, bad: { model: missing.onnx } }` });
  expect(await loadConfig({ cwd: folder, presets, build: 'good' })).toHaveLength(1);
  await expect(loadConfig({ cwd: folder, presets })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
});

test('overrides win over everything', async () => {
  const yaml = `${SMALLEST}builds: { one: { edge: { memory: 1 MB } } }`;
  const folder = project({ 'autosplit.config.yaml': yaml, 'sub/other.onnx': '' });
  const [config] = await loadConfig({
    cwd: path.join(folder, 'sub'),
    presets,
    overrides: { edge: { memory: '2 MB' }, model: 'other.onnx' },
  });
  expect(config).toMatchObject({ edge: { memoryBytes: 2e6 }, model: { path: path.join(folder, 'sub/other.onnx') } });
  expect(await problemsIn(SMALLEST, { overrides: { edge: { memory: '2 lightyears' } } })).toMatchObject([
    { code: 'CONFIG_INVALID', message: expect.stringContaining('`edge.memory`') },
  ]);
});

test('devices and links can be described in the config, with sources or without', async () => {
  const config = await loadOne(`
model: net.onnx
calibration: { images: data/*.jpg }
edge:
  name: camera-7
  kind: systolic
  memory: { value: 8 MB, source: "data sheet" }
  onChipMemory: 96 KiB
  bandwidth: 500 MB/s
  array: { rows: 8, columns: { value: 16, source: "data sheet" } }
  dataflow: os
  clock: 100 MHz
  sram: { ifmap: 32 KiB, filter: 32 KiB, ofmap: 32 KiB }
  bits: { weights: [8, 4], activations: [8] }
network: { uplink: 1 Gbit/s }
cloud: { kind: roofline, precision: fp32, memory: 8 GB, onChipMemory: 1 MB, bandwidth: 20 GB/s, peak: { fp32: 100 GFLOPS }, efficiency: { default: 50 % }, overhead: 0 s }
`);
  expect(config.edge).toEqual({
    preset: {
      name: 'camera-7',
      title: 'camera-7',
      version: 1,
      confidence: 'derived',
      description: '',
      kind: 'systolic',
      memory: 8e6,
      onChipMemory: 98_304,
      bandwidth: 5e8,
      array: { rows: 8, columns: 16 },
      dataflow: 'os',
      clock: 1e8,
      sram: { ifmap: 32_768, filter: 32_768, ofmap: 32_768 },
      model: 'scale-sim-v2',
      bits: { weights: [4, 8], activations: [8] },
    },
    memoryBytes: 8e6,
    target: 'simulated',
    bits: { weights: [4, 8], activations: [8], wire: [2, 3, 4, 5, 6, 8] },
    sources: expect.arrayContaining([
      { path: 'memory', value: '8 MB', source: 'the config: data sheet' },
      { path: 'onChipMemory', value: '96 KiB', source: 'the config' },
      { path: 'array.columns', value: 16, source: 'the config: data sheet' },
    ]),
  });
  expect(config.link.preset).toMatchObject({
    name: 'custom',
    uplink: 1e9,
    downlink: 1e9,
    rtt: 0,
    messageOverhead: 0,
  });
  expect(config.cloud.preset).toMatchObject({
    kind: 'roofline',
    precision: 'fp32',
    peak: { fp32: 1e11 },
    efficiency: { default: 0.5 },
    overhead: 0,
  });
});

test('any field of a preset can be overridden beside it', async () => {
  const { edge } = await loadOne(
    SMALLEST.replace(
      '{ preset: grid }',
      '{ preset: grid, clock: 250 MHz, array: { rows: 8 }, sram: { ofmap: { value: 1 KiB, source: me } } }',
    ),
  );
  expect(edge.preset).toMatchObject({
    name: 'grid',
    clock: 250e6,
    array: { rows: 8, columns: 14 },
    sram: { ifmap: 36_000, ofmap: 1024 },
  });
});

test('a preset can be a file, relative to the config', async () => {
  const folder = project({ 'autosplit.config.yaml': SMALLEST.replace('preset: slow', 'preset: ./links/mine.yaml') });
  addFiles(folder, {
    'links/mine.yaml':
      'name: mine\ntitle: Mine\nversion: 1\nconfidence: measured\ndescription: Mine.\nuplink: { value: 7 Mbps, source: me }\n',
  });
  const [config] = await loadConfig({ cwd: folder, presets });
  expect(config.link.preset).toEqual({
    name: 'mine',
    title: 'Mine',
    version: 1,
    confidence: 'measured',
    description: 'Mine.',
    uplink: 7e6,
    downlink: 7e6,
    rtt: 0,
    messageOverhead: 0,
  });
});

test('samples are sorted by bytes, whatever the locale, and a file with the characters of a glob is itself', async () => {
  const folder = project({
    'autosplit.config.yaml': SMALLEST,
    'data/Z.jpg': '',
    'data/é.jpg': '',
    'data/a b.jpg': '',
    'data/a/0.jpg': '',
    'data/[1].png': '',
    'data/1.png': '',
  });
  const names = async (glob: string) => {
    const [{ calibration }] = await loadConfig({ cwd: folder, presets, overrides: { calibration: { images: glob } } });
    return calibration.files.map((file) => path.relative(folder, file));
  };
  expect(await names('data/*.jpg')).toEqual(['data/Z.jpg', 'data/a b.jpg', 'data/a.jpg', 'data/b.jpg', 'data/é.jpg']);
  expect(await names('./data/**/{0,a}.jpg')).toEqual(['data/a.jpg', 'data/a/0.jpg']);
  expect(await names('data/[1].png')).toEqual(['data/[1].png']);
  expect(await names(`${folder}/data/b.*`)).toEqual(['data/b.jpg']);
});

test('preprocessing: what is given for the validation replaces that of the calibration', async () => {
  const yaml = (extra: string) =>
    `${SMALLEST.replace('images: data/*.jpg', 'images: data/*.jpg, preprocess: { channels: grey, mean: 5 }')}validation: { images: data/*.jpg, labels: labels.csv${extra} }`;
  expect((await loadOne(yaml(''))).validation).toMatchObject({
    metric: { name: 'top1' },
    preprocess: { channels: 'grey', mean: [5], std: [1] },
  });
  expect((await loadOne(yaml(', metric: top5, preprocess: { resize: 256, crop: 224 }'))).validation).toMatchObject({
    metric: { name: 'top5' },
    preprocess: { resize: 256, crop: [224, 224], channels: 'rgb', mean: [0, 0, 0] },
  });
});

test('a metric has options, and compares with the float network without labels or samples of its own', async () => {
  const of = async (validation: string) => (await loadOne(`${SMALLEST}validation: ${validation}`)).validation;
  const ctc = '{ images: data/*.jpg, labels: labels.csv, metric: { name: ctc, alphabet: "0123", blank: 4 } }';
  expect(await of(ctc)).toMatchObject({ metric: { name: 'ctc', alphabet: '0123', blank: 4 }, labelFiles: [] });
  const detections = await of('{ metric: detections }');
  expect(detections).toMatchObject({ metric: { name: 'detections' }, pattern: 'data/*.jpg' });
  expect(detections).not.toHaveProperty('labels');
  await expect(of('{ metric: { name: map, head: yolov8 } }')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  await expect(of('{ images: data/*.jpg, labels: labels.csv, metric: { name: mape } }')).rejects.toThrow(/mape/);
});
