import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { openSplit } from '../../src/evaluate/run.js';
import { make, plan } from '../../src/pipeline/index.js';
import { listrStages } from '../../src/progress/terminal.js';
import { withTemporaryFolder } from '../../src/util/exit.js';
import { deployed } from './deployed.js';
import { type ErrorDocument, filesOf, json, type Patch, project, root, UNLABELLED } from './project.js';

const SHAPE = [1, 3, 64, 192];
const PLANE = 64 * 192;
const model = path.join(root, 'examples/license-plates/model.onnx');

/**
 * A picture as the config says, by hand: RGB planes, (pixel - 127.5) / 64. `jpeg` sends it through that quality first.
 */
async function picture(file: string, jpeg?: number): Promise<number[]> {
  const read = (source: string | Buffer) => sharp(source).raw().toBuffer({ resolveWithObject: true });
  let { data, info } = await read(file);
  if (jpeg !== undefined) {
    const raw = { width: info.width, height: info.height, channels: info.channels };
    ({ data, info } = await read(await sharp(data, { raw }).jpeg({ quality: jpeg }).toBuffer()));
  }
  expect(info).toMatchObject({ width: 192, height: 64, channels: 3 });
  return Array.from({ length: 3 * PLANE }, (_, i) => (data[(i % PLANE) * 3 + Math.floor(i / PLANE)] - 127.5) / 64);
}

const pictures = (folder: string, jpeg?: number) =>
  Promise.all(['0001.jpg', '0007.jpg'].map((name) => picture(path.join(folder, 'data/val', name), jpeg)));

const feeds = (images: readonly number[][]) => images.map((image) => ({ image }));

/** The float network on these inputs. */
async function floatOutputs(inputs: readonly number[][]): Promise<number[][]> {
  const session = await ort.InferenceSession.create(model);
  const outputs: number[][] = [];
  for (const input of inputs) {
    const { logits } = await session.run({ image: new ort.Tensor('float32', Float32Array.from(input), SHAPE) });
    outputs.push(Array.from(logits.data as Float32Array));
  }
  await session.release();
  return outputs;
}

/** The same split in this process, made from the sources. */
async function inProcess(folder: string, inputs: readonly number[][]): Promise<number[][]> {
  const [config] = await loadConfig({ cwd: folder });
  return withTemporaryFolder('autosplit', async (workDir) => {
    const context = { run: listrStages({ quiet: true }), workDir };
    const made = await make(await plan(config, context), context);
    const split = await openSplit(made.split, workDir);
    const outputs: number[][] = [];
    for (const input of inputs) {
      const image = { dtype: 'float32' as const, shape: SHAPE, data: Float32Array.from(input) };
      outputs.push(Array.from((await split.run({ image })).outputs.logits.data as Float32Array));
    }
    await split.close();
    return outputs;
  });
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

/** Signal to noise in dB. */
function closeness(made: readonly number[], right: readonly number[]): number {
  const noise = made.reduce((sum, value, i) => sum + (value - right[i]) ** 2, 0);
  return 10 * Math.log10(right.reduce((sum, value) => sum + value ** 2, 0) / noise);
}

interface BuildDocument {
  plan: {
    decision: string;
    cut: { tensor: string; bits: number; encoding: string }[];
    layers: { placement: string }[];
  };
  verification: { outputDifference: number };
}

async function decided(patch: Patch): Promise<{ folder: string; document: BuildDocument }> {
  const folder = project({ ...UNLABELLED, ...patch });
  const { document, exitCode } = await json<BuildDocument>(folder, ['build']);
  expect(exitCode, JSON.stringify(document)).toBe(0);
  expect(document.verification.outputDifference).toBe(0);
  return { folder, document };
}

describe.concurrent('cloud-only', () => {
  test.each(['raw', 'png', 'jpeg:90'])('with the input sent as %s', async (encoding) => {
    const { folder, document } = await decided({ split: 'cloud-only', input: { encoding } });
    const { decision, cut, layers } = document.plan;
    expect(decision).toBe('cloud-only');
    // A picture of eight bits stays one: the smaller of its plain codes and their encoding travels.
    expect(cut).toMatchObject([{ tensor: 'image', bits: 8, encoding }]);
    expect(layers.every(({ placement }) => placement === 'cloud')).toBe(true);
    expect(Object.keys(filesOf(path.join(folder, 'autosplit/edge')))).not.toContain('model.onnx');

    // What the float network says of the picture that arrives.
    const right = await floatOutputs(await pictures(folder, encoding === 'jpeg:90' ? 90 : undefined));
    const results = await deployed(folder, feeds(await pictures(folder)));
    for (const [index, { outputs }] of results.entries())
      expect(largestDifference(outputs.logits, right[index])).toBeLessThan(1e-3);
  });
});

test('edge-only runs without any server', async () => {
  const { folder, document } = await decided({ split: 'edge-only', edge: { memory: '2 MB' } });
  expect(document.plan).toMatchObject({ decision: 'edge-only', cut: [] });
  expect(readdirSync(path.join(folder, 'autosplit'))).not.toContain('cloud');
  const inputs = await pictures(folder);
  const results = await deployed(folder, feeds(inputs));
  const [same, right] = [await inProcess(folder, inputs), await floatOutputs(inputs)];
  for (const [index, { outputs }] of results.entries()) {
    expect(outputs.logits).toEqual(same[index]);
    expect(closeness(outputs.logits, right[index])).toBeGreaterThan(13);
  }
});

describe.concurrent('a pinned cut', () => {
  const after = ['/down1/relu/Relu_output_0', '/pool1/MaxPool_output_0'];

  test('lets exactly its tensors cross', async () => {
    const { folder, document } = await decided({ split: { after } });
    expect(document.plan.decision).toBe('split');
    expect(document.plan.cut.map(({ tensor }) => tensor).sort()).toEqual(after);
    const inputs = await pictures(folder);
    const results = await deployed(folder, feeds(inputs));
    const [same, right] = [await inProcess(folder, inputs), await floatOutputs(inputs)];
    for (const [index, { outputs, timings }] of results.entries()) {
      expect(outputs.logits).toEqual(same[index]);
      expect(closeness(outputs.logits, right[index])).toBeGreaterThan(13);
      expect(Object.values(timings).every((seconds) => seconds >= 0)).toBe(true);
    }
  });

  let folder: string;
  beforeAll(() => {
    folder = project(UNLABELLED);
  });
  const withSplit = (name: string, split: string) => {
    const config = readFileSync(path.join(folder, 'autosplit.config.yaml'), 'utf8').replace(
      /^split: .*$/m,
      `split: ${split}`,
    );
    writeFileSync(path.join(folder, name), config);
    return name;
  };

  test.each([
    [
      'a name that is not there',
      '{ after: [/down2/relu/Relu_output_1] }',
      /no such tensor/,
      /\/down2\/relu\/Relu_output_0/,
    ],
    ['a branch without the other', `{ after: [${after[0]}] }`, /pool1|cross/, /after/],
    ['a weight', '{ after: [stem.conv.weight] }', /constant|no such tensor/, /./],
    [
      'a tensor inside a layer',
      '{ after: [/down2/conv/Conv_output_0] }',
      /inside the layer/,
      /\/down2\/relu\/Relu_output_0/,
    ],
    ['two tensors of one path', '{ after: [/stem/relu/Relu_output_0, /down2/relu/Relu_output_0] }', /./, /./],
  ])('is refused for %s, with what would do', async (name, split, message, hint) => {
    const { document, exitCode } = await json<ErrorDocument>(folder, [
      'plan',
      '--config',
      withSplit(`${name.replaceAll(' ', '-')}.yaml`, split),
    ]);
    expect(exitCode).toBe(2);
    expect(document.error).toMatchObject({
      code: 'CUT_INVALID',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });
});
