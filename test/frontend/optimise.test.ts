import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inferFacts } from '../../src/frontend/facts.js';
import { normalise } from '../../src/frontend/normalise.js';
import { optimise } from '../../src/frontend/optimise.js';
import type { Fact, Model } from '../../src/onnx/graph.js';
import { readModel } from '../../src/onnx/read.js';
import { writeModel } from '../../src/onnx/write.js';
import { AutosplitError } from '../../src/util/error.js';
import {
  float,
  gatherExternal,
  modelOf,
  node,
  randomFeeds,
  relativeError,
  runModel,
  temporaryFolder,
} from '../onnx/harness.js';
import { noShared, sharedModels, smallNetwork, smallNetworks } from '../shared.js';
import { unless } from '../skips/unless.js';

const folder = temporaryFolder();
const digest = (model: Model) => {
  const { skeleton, external } = writeModel(model);
  return createHash('sha256').update(skeleton).update(gatherExternal(external)).digest('hex');
};
const real = sharedModels('real').filter(({ name }) =>
  ['mnist-8', 'ultraface', 'resnet20', 'squeezenet1.1_caffe', 'super_resolution'].some((start) =>
    name.startsWith(start),
  ),
);
const hard = sharedModels('hard').filter(({ name }) => ['node_test_if.onnx', 'node_test_loop11.onnx'].includes(name));

describe('optimising and probing', () => {
  it.each([...smallNetworks(), ...real, ...hard])(
    '$name computes the same, twice the same bytes, and facts are what a run gives',
    async ({ file, shapes }) => {
      const normal = normalise(readModel(file), shapes);
      const [one, other] = [await optimise(normal, folder), await optimise(normal, folder)];
      expect(digest(one)).toBe(digest(other));
      expect(one.graph.nodes.length).toBeLessThanOrEqual(normal.graph.nodes.length);

      const known = await inferFacts(one, folder);
      const made = known.graph.nodes.flatMap(({ outputs }) => outputs.filter((name) => name !== ''));
      expect([...known.graph.values.keys()]).toEqual(made);

      // All tensors at once, in this process, on other values than the probe uses.
      const feeds = randomFeeds(normal.graph.inputs, 4);
      const ends = new Set(one.graph.outputs.map(({ name }) => name));
      const extra = made
        .filter((name) => !ends.has(name))
        .map((name): Fact => ({ name, dtype: undefined, shape: undefined }));
      const results = await runModel(
        { ...one, graph: { ...one.graph, outputs: [...one.graph.outputs, ...extra] } },
        feeds,
        folder,
      );
      for (const fact of [...known.graph.values.values(), ...known.graph.outputs]) {
        const { type, dims } = results[fact.name];
        expect(fact.dtype).toBe(type);
        expect(fact.shape?.length).toBe(dims.length);
        fact.shape?.forEach((dim, axis) => {
          if (dim !== '') expect(dim).toBe(dims[axis]);
        });
      }
      const whole = await runModel(normal, feeds, folder);
      // Folding BatchNorm rounds the weights anew.
      for (const [name, tensor] of Object.entries(whole))
        expect(relativeError(tensor, results[name])).toBeLessThan(1e-5);
    },
  );
});

describe('inferFacts', () => {
  it('does not know a shape that depends on values', async () => {
    const model = modelOf({
      nodes: [node('NonZero', ['x'], ['places']), node('Relu', ['x'], ['z']), node('Add', ['z', 'z'], ['y'])],
      inputs: [float('x', 2, 3)],
      outputs: [float('y', 2, 3), { name: 'places', dtype: 'int64', shape: undefined }],
    });
    const { graph } = await inferFacts(model, folder);
    expect(graph.values.get('places')).toEqual({ name: 'places', dtype: 'int64', shape: [2, ''] });
    expect(graph.values.get('z')).toEqual({ name: 'z', dtype: 'float32', shape: [2, 3] });
  });

  it('finds scalars, and passes over what is no tensor', async () => {
    const sequence = node('SequenceConstruct', ['x', 'x'], ['pair']);
    const model = modelOf({
      nodes: [
        sequence,
        node('SequenceLength', ['pair'], ['length']),
        node('ReduceSum', ['x'], ['sum'], [['keepdims', 0]]),
      ],
      inputs: [float('x', 2, 3)],
      outputs: [{ name: 'length', dtype: 'int64', shape: [] }, float('sum')],
    });
    const { graph } = await inferFacts(model, folder);
    expect([...graph.values.values()]).toEqual([
      { name: 'length', dtype: 'int64', shape: [] },
      { name: 'sum', dtype: 'float32', shape: [] },
    ]);
  });

  it('runs on samples where they are given', async () => {
    // Zeros are no valid index into an empty slice, and 2 is one only here.
    const model = modelOf({
      nodes: [node('Tile', ['x', 'repeats'], ['y'])],
      inputs: [float('x', 2), { name: 'repeats', dtype: 'int64', shape: [1] }],
      outputs: [{ name: 'y', dtype: 'float32', shape: undefined }],
    });
    const { graph } = await inferFacts(model, folder, {
      repeats: { dtype: 'int64', shape: [1], bytes: new Uint8Array(BigInt64Array.of(3n).buffer) },
    });
    expect(graph.values.get('y')?.shape).toEqual(['']);
  });
});

const hostile: [string, string, RegExp][] = [
  ['loop_2pow62', 'INFERENCE_FAILED', /did not end within 2 s/],
  ['memory_bomb_constantofshape', 'INFERENCE_FAILED', /bad_alloc|memory/],
  ['memory_bomb_tile', 'INFERENCE_FAILED', /Tile/],
  ['conv_group0', 'INFERENCE_FAILED', /group: 0/],
  ['conv_huge_attrs', 'MODEL_UNSUPPORTED', /Conv/],
  ['unknown_op', 'MODEL_UNSUPPORTED', /FrobnicateV2/],
  ['unknown_domain', 'MODEL_UNSUPPORTED', /com\.evil/],
  ['opset_9999', 'MODEL_UNSUPPORTED', /9999/],
  ['shape_mismatch_matmul', 'MODEL_UNSUPPORTED', /Incompatible dimensions/],
];
const odd = ['output_is_initializer', 'output_is_input', 'weird_names', 'non_utf8_name', 'long_name_1MB'];
const malformed = sharedModels('hard/malformed');

it('an endless loop ends in a clear error', async () => {
  const endless = await optimise(normalise(readModel(smallNetwork('endless')), {}), folder);
  await expect(inferFacts(endless, folder, {}, { timeoutSeconds: 2 })).rejects.toMatchObject({
    code: 'INFERENCE_FAILED',
    message: expect.stringMatching(/did not end within 2 s/),
  });
});

describe('hostile models', unless(noShared), () => {
  const through = async (stem: string, timeoutSeconds = 60) => {
    const [{ file }] = malformed.filter(({ name }) => name === `${stem}.onnx`);
    return await inferFacts(
      await optimise(normalise(readModel(file), {}), folder, { timeoutSeconds: 60 }),
      folder,
      {},
      { timeoutSeconds },
    );
  };

  it.each(hostile)('%s ends in %s', async (stem, code, message) => {
    const error = await through(stem, stem.startsWith('loop') ? 2 : 60).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AutosplitError);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect((error as AutosplitError).message).not.toContain('onnxruntime_src');
    expect((error as AutosplitError).message.length).toBeLessThan(600);
  });

  it.each(odd)('%s is taken', async (stem) => {
    expect((await through(stem)).graph.outputs.length).toBeGreaterThan(0);
  });
});

describe('optimise', () => {
  it('keeps models of one folder apart', async () => {
    const work = path.join(folder, 'shared-work');
    mkdirSync(work);
    const weighted = (dims: number[]) =>
      normalise(
        modelOf({
          nodes: [node('MatMul', ['x', 'w'], ['y'])],
          inputs: [float('x', 1, dims[0])],
          outputs: [float('y', 1, dims[1])],
          constants: { w: dims },
        }),
        {},
      );
    const first = await optimise(weighted([64, 32]), work);
    const before = digest(first);
    await optimise(weighted([32, 64]), work);
    expect(digest(first)).toBe(before);
    expect([...first.opsets.keys()]).toEqual(['']);
  });
});
