import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { normalise } from '../../src/frontend/normalise.js';
import type { Fact, Model, Node } from '../../src/onnx/graph.js';
import { readModel } from '../../src/onnx/read.js';
import { float, modelOf, node, randomFeeds, runFile, runModel, temporaryFolder } from '../onnx/harness.js';
import { sharedModels, smallNetwork } from '../shared.js';

const folder = temporaryFolder();
const fact = (name: string, ...shape: (number | string)[]): Fact => ({ name, dtype: 'float32', shape });
const model = (...inputs: Fact[]): Model =>
  modelOf({
    nodes: [
      node(
        'Sum',
        inputs.map(({ name }) => name),
        ['y'],
      ),
    ],
    inputs,
    outputs: [fact('y', 'N', 'T')],
  });
const shapes = (normal: Model) => normal.graph.inputs.map(({ shape }) => shape);

describe('normalise', () => {
  it('makes a batch of one, and fixes what a symbol says elsewhere', () => {
    expect(shapes(normalise(model(fact('a', 'N', 3), fact('b', 5, 'N'), fact('c', '', 4)), {}))).toEqual([
      [1, 3],
      [5, 1],
      [1, 4],
    ]);
  });

  it('takes given shapes, for every input that shares a symbol', () => {
    const normal = normalise(model(fact('a', 'N', 'T'), fact('b', 'T', 'N')), { a: [2, 7] });
    expect(shapes(normal)).toEqual([
      [2, 7],
      [7, 2],
    ]);
    expect(normal.graph.outputs[0].shape).toEqual(['', '']);
  });

  it('takes a given shape where not even the rank is known', () => {
    expect(shapes(normalise(model({ name: 'a', dtype: 'float32', shape: undefined }), { a: [2, 7] }))).toEqual([
      [2, 7],
    ]);
  });

  it('names what stays open and how to close it', () => {
    expect(() =>
      normalise(model(fact('a', 1, 3), fact('the audio', 'N', 2, 'length'), fact('c', 'N', '')), {}),
    ).toThrow(
      expect.objectContaining({
        code: 'SHAPE_UNKNOWN',
        message: expect.stringContaining('dimension 2 ("length") of input "the audio"'),
        hint: expect.stringContaining('model: { path: …, inputs: { "the audio": [1, 2, ?], c: [1, ?] } }'),
      }),
    );
    expect(() => normalise(model({ name: 'a', dtype: 'float32', shape: undefined }), {})).toThrow(
      expect.objectContaining({ code: 'SHAPE_UNKNOWN' }),
    );
  });

  it.each([
    [{ b: [1] }, 'no input "b"'],
    [{ a: [1, 2, 3] }, '2 dimensions'],
    [{ a: [1, 4] }, 'dimension 1 is fixed to 3'],
    [{ a: [0, 3] }, 'above 0'],
    [{ a: [1.5, 3] }, 'above 0'],
  ])('refuses the shapes %j', (given, message) => {
    expect(() => normalise(model(fact('a', 'N', 3)), given as Record<string, number[]>)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(message) }),
    );
  });

  it('refuses what is no tensor of numbers', () => {
    for (const input of [
      { name: 'a', dtype: 'string', shape: [1] },
      { name: 'a', dtype: undefined, shape: undefined, encodedType: new Uint8Array(1) },
      { name: 'a', dtype: 'float32', shape: [1, 0] },
    ] as Fact[]) {
      expect(() => normalise(model(input), {})).toThrow(expect.objectContaining({ code: 'MODEL_UNSUPPORTED' }));
    }
  });

  it('changes nothing in the model it is given', () => {
    const given = model(fact('a', 'N', 3));
    const copy = structuredClone(given);
    normalise(given, {});
    expect(given).toEqual(copy);
  });

  it('computes in float32 what was float16, attributes and bodies included', async () => {
    const half = (values: number[]) =>
      ({ kind: 'memory', bytes: new Uint8Array(Uint16Array.from(values).buffer) }) as const;
    const body = (name: string, code: number): Model['graph'] => ({
      ...modelOf({
        nodes: [node('Add', ['h', 'k'], [name])],
        inputs: [],
        outputs: [{ name, dtype: 'float16', shape: [2] }],
      }).graph,
      initializers: new Map([['k', { name: 'k', dtype: 'float16', dims: [1], data: half([code]) }]]),
    });
    const branches: Node['attributes'] = new Map([
      ['then_branch', { type: 'graph', value: body('t', 0x3c00) }],
      ['else_branch', { type: 'graph', value: body('e', 0x4000) }],
    ]);
    const branch = { ...node('If', ['c'], ['y']), attributes: branches };
    const three: Node['attributes'] = new Map([
      ['value', { type: 'tensor', value: { name: '', dtype: 'float16', dims: [1], data: half([0x4200]) } }],
    ]);
    const filled = { ...node('ConstantOfShape', ['s'], ['f']), attributes: three };
    const given = modelOf({
      nodes: [node('Cast', ['x'], ['g'], [['to', 10]]), filled, node('Add', ['g', 'f'], ['h']), branch],
      inputs: [float('x', 2), { name: 'c', dtype: 'bool', shape: [] }],
      outputs: [{ name: 'y', dtype: 'float16', shape: [2] }],
    });
    given.graph.initializers.set('s', {
      name: 's',
      dtype: 'int64',
      dims: [1],
      data: { kind: 'memory', bytes: new Uint8Array(BigInt64Array.of(2n).buffer) },
    });
    const normal = normalise(given, {});
    const feeds = randomFeeds(normal.graph.inputs, 5);
    const { y } = await runModel(normal, feeds, folder);
    expect(y.type).toBe('float32');
    const [x, c] = [feeds.x.data as Float32Array, feeds.c.data[0]];
    expect([...(y.data as Float32Array)]).toEqual(
      [...x].map((value) => Math.fround(Math.fround(value + 3) + (c ? 1 : 2))),
    );
  });
});

const float16 = [
  smallNetwork('classifier-fp16'),
  ...sharedModels('real')
    .filter(({ name }) => name.startsWith('squeezenet1.1_caffe'))
    .map(({ file }) => file),
];

describe.each(float16)('%s', (file) => {
  it('gives what onnxruntime gives for the float16 file, to its precision', async () => {
    const given = readModel(file);
    const [input, output] = [given.graph.inputs[0].name, given.graph.outputs[0].name];
    const halves = randomFeeds(given.graph.inputs, 9);
    const normal = normalise(given, {});
    // Exactly the values of the sides, by a decoder of its own.
    const codes = halves[input].data as unknown as Uint16Array;
    const floats = Float32Array.from(codes, (code) =>
      code < 0x400 ? code / 2 ** 24 : (1 + (code & 0x3ff) / 1024) * 2 ** ((code >> 10) - 15),
    );
    const { [output]: wide } = await runModel(
      normal,
      { [input]: new Tensor('float32', floats, halves[input].dims) },
      folder,
    );
    const { [output]: narrow } = await runFile(file, halves);
    const expected = Array.from(narrow.data as unknown as Uint16Array, (code) =>
      code < 0x400 ? code / 2 ** 24 : (1 + (code & 0x3ff) / 1024) * 2 ** ((code >> 10) - 15),
    );
    const actual = wide.data as Float32Array;
    expect(Math.max(...expected.map((value, i) => Math.abs(value - actual[i])))).toBeLessThan(2e-3);
    expect(actual.indexOf(Math.max(...actual))).toBe(expected.indexOf(Math.max(...expected)));
  });
});
