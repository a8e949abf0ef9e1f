import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { configText } from '../../src/init/config-text.js';
import { findFiles } from '../../src/init/find.js';
import { type Choices, propose } from '../../src/init/propose.js';
import { readSubjects } from '../../src/init/subject.js';
import type { Fact } from '../../src/onnx/graph.js';
import { npy } from '../e2e/npy.js';
import { addFiles, temporaryFolder } from '../util/temporary.js';
import { fact, identity } from './networks.js';

interface Project {
  inputs: Fact[];
  outputs?: Fact[];
  files?: Record<string, string | Uint8Array>;
  choices?: Partial<Choices>;
}

/** Proposes for a project, writes the file and loads it: what a build would read. */
async function proposed({ inputs, outputs, files = {}, choices }: Project) {
  const root = temporaryFolder({ 'net.onnx': identity(inputs, outputs), ...files });
  const found = await findFiles(root);
  const [subject] = readSubjects(root, found.models).subjects;
  const proposal = await propose(root, found, { subject, inBrowser: false, ...choices });
  const text = configText(proposal, './schema.json');
  addFiles(root, { 'autosplit.config.yaml': text });
  return { root, proposal, text, load: async () => (await loadConfig({ cwd: root }))[0] };
}

const jpg = { 'photos/1.jpg': 'not looked at' };

describe('pictures', () => {
  test('colour, channels first: scaled to the input, values to 0..1', async () => {
    const { load } = await proposed({ inputs: [fact('image', ['N', 3, 64, 192])], files: jpg });
    expect((await load()).calibration).toMatchObject({
      kind: 'images',
      pattern: 'photos/*.jpg',
      limit: 64,
      preprocess: {
        resize: [192, 64],
        fit: 'cover',
        channels: 'rgb',
        mean: [0, 0, 0],
        std: [255, 255, 255],
        layout: 'nchw',
      },
    });
  });

  test('grey, channel last, of any size: the size is chosen and said to be', async () => {
    const { load, text } = await proposed({ inputs: [fact('x', ['N', 'h', 'w', 1])], files: jpg });
    const { model, calibration } = await load();
    expect(model.inputs).toEqual({ x: [1, 224, 224, 1] });
    expect(calibration.preprocess).toMatchObject({ resize: [224, 224], channels: 'grey', layout: 'nhwc' });
    expect(text).toContain('The model leaves sizes open');
  });

  test('a thousand classes are taken for ImageNet’s', async () => {
    const { load, text } = await proposed({
      inputs: [fact('x', [1, 3, 224, 224])],
      outputs: [fact('y', [1, 1000])],
      files: jpg,
    });
    expect((await load()).calibration.preprocess).toMatchObject({
      mean: [123.675, 116.28, 103.53],
      std: [58.395, 57.12, 57.375],
    });
    expect(text).toContain('CHECK THIS');
  });

  test.each([
    ['uint8', 0],
    ['int8', 128],
  ] as const)('an input of %s takes pixels as whole numbers', async (dtype, mean) => {
    const { proposal } = await proposed({ inputs: [fact('x', [1, 3, 8, 8], dtype)], files: jpg });
    expect(proposal.preprocess).toMatchObject({ mean, std: 1 });
  });

  test('none there: the file says where they are expected', async () => {
    const { text, load } = await proposed({ inputs: [fact('x', [1, 3, 8, 8])] });
    expect(text).toContain('images: data/calib/*.jpg');
    expect(text).toContain('None were found');
    await expect(load()).rejects.toMatchObject({ code: 'SAMPLES_NOT_FOUND' });
  });
});

describe('tensors', () => {
  test('fix what the model leaves open', async () => {
    const files = { 'data/1.npy': npy([20, 8], new Float32Array(160)) };
    const { load } = await proposed({ inputs: [fact('x', ['N', 'time', 8])], files });
    expect(await load()).toMatchObject({ model: { inputs: { x: [1, 20, 8] } }, calibration: { kind: 'inputs' } });
  });

  test('a stack of samples is not taken for a batch', async () => {
    const files = { 'all.npy': npy([5, 20, 8], new Float32Array(800)) };
    const { proposal } = await proposed({ inputs: [fact('x', ['N', 'time', 8])], files });
    expect(proposal.shapes).toEqual({ x: [1, 20, 8] });
  });

  test('win over pictures where the network takes no picture, and fix nothing that does not fit', async () => {
    const files = { ...jpg, 'data/1.npy': npy([3], [1, 2, 3]) };
    const { proposal } = await proposed({ inputs: [fact('x', ['N', 'time', 8])], files });
    expect(proposal).toMatchObject({ samples: { kind: 'inputs' }, shapes: {} });
    expect(proposal.preprocess).toBeUndefined();
  });
});

describe('labels', () => {
  const classes = [fact('y', [1, 10])];
  const files = { 'calib/1.jpg': '', 'val/1.jpg': '', 'val/2.jpg': '' };

  test('of classes are validated on', async () => {
    const labels = { 'val.csv': 'file,label\n1.jpg,0\n2.jpg,9\n', 'other.csv': 'a,b\n1,2\n' };
    const { load, root } = await proposed({
      inputs: [fact('x', [1, 3, 8, 8])],
      outputs: classes,
      files: { ...files, ...labels },
    });
    expect(await load()).toMatchObject({
      calibration: { pattern: 'calib/*.jpg' },
      validation: {
        pattern: 'val/*.jpg',
        labels: path.join(root, 'val.csv'),
        metric: { name: 'top1' },
        preprocess: { resize: [8, 8] },
      },
    });
  });

  test.each([
    ['words', 'cat'],
    ['no class of the network', '10'],
  ])('that are %s are left to a metric', async (_, label) => {
    const labels = { 'val.csv': `file,label\n1.jpg,0\n2.jpg,${label}\n` };
    const { load, text } = await proposed({
      inputs: [fact('x', [1, 3, 8, 8])],
      outputs: classes,
      files: { ...files, ...labels },
    });
    expect((await load()).validation).toBeUndefined();
    expect(text).toContain('#   labels: val.csv');
    expect(text).toContain('./metric.mjs');
  });
});

test('names that are no plain YAML come through', async () => {
  const files = { 'a # b: [1]/x.png': '' };
  const { load } = await proposed({ inputs: [fact('in: "put"\n#', ['N', 3, 'h', 'w'])], files });
  const { model, calibration } = await load();
  expect(model.inputs).toEqual({ 'in: "put"\n#': [1, 3, 224, 224] });
  expect(calibration.files).toHaveLength(1);
});

test('a device gets the target that runs there, or what only tries the split, with the reason', async () => {
  const inputs = [fact('x', [1, 3, 8, 8])];
  const targetOf = async (edge: string) => {
    const { load, text } = await proposed({ inputs, files: jpg, choices: { edge } });
    return { target: (await load()).edge.target, reason: /^ {2}# (.*does not run on.*)$/m.exec(text)?.[1] };
  };
  expect(await targetOf('raspberry-pi-5')).toEqual({ target: 'onnxruntime-node', reason: undefined });
  expect(await targetOf('phone-cpu')).toEqual({ target: 'onnxruntime-web', reason: undefined });
  const { target, reason } = await targetOf('stm32h7');
  expect(target).toBe('simulated');
  expect(reason).toMatch(/STM32H743 microcontroller: it needs a C runtime .*docs\/extending\.md\)$/);
});

test('a browser, other presets, and a folder that is taken', async () => {
  const files = { ...jpg, 'autosplit/mine.txt': '' };
  const choices = { inBrowser: true, network: 'wifi-5', cloud: 'xeon' };
  const { load } = await proposed({ inputs: [fact('x', [1, 3, 8, 8])], files, choices });
  const config = await load();
  expect(config.edge).toMatchObject({ target: 'onnxruntime-web', origin: { name: 'browser-wasm' } });
  expect([config.link.origin?.name, config.cloud.origin?.name, path.basename(config.output)]).toEqual([
    'wifi-5',
    'xeon',
    'autosplit-bundle',
  ]);
});

test('files that are no networks are passed over, unless there are no others', () => {
  const root = temporaryFolder({ 'good.onnx': identity([fact('x', [1, 4])]), 'bad.onnx': 'version https://git-lfs' });
  const { subjects, unreadable } = readSubjects(root, ['bad.onnx', 'good.onnx']);
  expect(subjects.map((subject) => subject.path)).toEqual(['good.onnx']);
  expect(unreadable.map((file) => file.path)).toEqual(['bad.onnx']);
  expect(() => readSubjects(root, ['bad.onnx'])).toThrowError(expect.objectContaining({ code: 'MODEL_INVALID' }));
  expect(() => readSubjects(root, [])).toThrowError(expect.objectContaining({ code: 'MODEL_NOT_FOUND' }));
});
