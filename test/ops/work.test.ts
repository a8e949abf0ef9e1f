import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { Model, Node } from '../../src/onnx/graph.js';
import { operatorOf } from '../../src/ops/index.js';
import type { Work } from '../../src/ops/work.js';
import { type Feeds, float, modelOf, node, runModel, temporaryFolder } from '../onnx/harness.js';

const folder = temporaryFolder();

const ints = (...value: number[]) => ({ type: 'ints' as const, value });
const withInts = (made: Node, attributes: Record<string, number[]>): Node => ({
  ...made,
  attributes: new Map([
    ...made.attributes,
    ...Object.entries(attributes).map(([name, value]) => [name, ints(...value)] as const),
  ]),
});

const size = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);

function workOf(made: Node, model: Model): Work | undefined {
  const { work } = operatorOf(made);
  return work === 'elements' ? undefined : work(made, model.graph);
}

/** Sum of what a node gives for ones alone: each product adds one, so it is the number of multiply-accumulates. */
async function products(model: Model): Promise<{ sum: number; shape: number[] }> {
  const feeds: Feeds = Object.fromEntries(
    model.graph.inputs.map(({ name, shape }) => {
      const dims = (shape ?? []).map(Number);
      return [name, new Tensor('float32', new Float32Array(size(dims)).fill(1), dims)];
    }),
  );
  const { y } = await runModel(model, feeds, folder);
  return { sum: (y.data as Float32Array).reduce((a, b) => a + b, 0), shape: [...y.dims] };
}

const grouped = (op: string, group: number) => node(op, ['x', 'w'], ['y'], [['group', group]]);
const strided = (made: Node, ...strides: number[]) => withInts(made, { strides });

/** What is run, and the shapes of its two operands. */
const CASES: [string, Node, number[], number[]][] = [
  ['a convolution', strided(grouped('Conv', 1), 2, 1), [2, 3, 7, 6], [4, 3, 3, 2]],
  ['groups', grouped('Conv', 2), [1, 4, 5, 5], [6, 2, 3, 3]],
  ['a depthwise convolution', grouped('Conv', 4), [1, 4, 5, 5], [4, 1, 3, 3]],
  ['one dimension', grouped('Conv', 1), [1, 2, 12], [3, 2, 4]],
  ['three dimensions', grouped('Conv', 1), [1, 2, 4, 5, 6], [3, 2, 2, 3, 3]],
  ['dilations', withInts(grouped('Conv', 1), { dilations: [2, 2] }), [1, 2, 8, 8], [3, 2, 3, 3]],
  ['a transposed convolution', strided(grouped('ConvTranspose', 2), 2, 2), [1, 4, 3, 5], [4, 3, 3, 2]],
  ['Gemm', node('Gemm', ['x', 'w'], ['y']), [3, 5], [5, 4]],
  [
    'transposed Gemm',
    node(
      'Gemm',
      ['x', 'w'],
      ['y'],
      [
        ['transA', 1],
        ['transB', 1],
      ],
    ),
    [5, 3],
    [4, 5],
  ],
  ['one matrix for a batch', node('MatMul', ['x', 'w'], ['y']), [2, 3, 5], [5, 4]],
  ['a matrix for each of a batch', node('MatMul', ['x', 'w'], ['y']), [2, 3, 5, 6], [2, 3, 6, 4]],
  ['a vector', node('MatMul', ['x', 'w'], ['y']), [3, 5], [5]],
];

describe('multiply-accumulates are those that onnxruntime sums up', () => {
  it.each(CASES)('%s', async (_, made, x, w) => {
    const model = modelOf({ nodes: [made], inputs: [float('x', ...x), float('w', ...w)], outputs: [float('y')] });
    const { sum, shape } = await products(model);
    model.graph.values.set('y', float('y', ...shape));
    const work = workOf(made, model);
    expect(work?.macs).toBe(sum);
    const { m, n, k, count } = work?.gemm ?? { m: 0, n: 0, k: 0, count: 0 };
    expect(m * n * k * count).toBe(sum);
  });
});

describe('the work of a node', () => {
  it('is a depthwise convolution where each group has one channel', () => {
    const kinds = [1, 2, 4].map((group) => {
      const model = modelOf({
        nodes: [],
        inputs: [float('x', 1, 4, 5, 5), float('w', 4, 4 / group, 3, 3), float('y', 1, 4, 3, 3)],
        outputs: [],
      });
      return workOf(grouped('Conv', group), model)?.kind;
    });
    expect(kinds).toEqual([undefined, undefined, 'DepthwiseConv']);
  });

  it('is a product for each step and direction of a recurrent layer', () => {
    const [steps, batch, input, hidden, directions] = [7, 2, 5, 3, 2];
    const cells: [string, number][] = [
      ['LSTM', 4],
      ['GRU', 3],
      ['RNN', 1],
    ];
    for (const [op, gates] of cells) {
      const model = modelOf({
        nodes: [],
        inputs: [
          float('x', steps, batch, input),
          float('w', directions, gates * hidden, input),
          float('r', directions, gates * hidden, hidden),
        ],
        outputs: [],
      });
      const macs = steps * batch * directions * gates * hidden * (input + hidden);
      expect(workOf(node(op, ['x', 'w', 'r'], ['y']), model)?.macs).toBe(macs);
    }
  });

  it('is the window of a pooling layer, which multiplies nothing', () => {
    const pool = withInts(node('AveragePool', ['x'], ['y']), { kernel_shape: [3, 2], strides: [2, 1] });
    expect(workOf(pool, modelOf({ nodes: [], inputs: [], outputs: [] }))).toEqual({
      macs: 0,
      pool: { kernelHeight: 3, kernelWidth: 2, strideHeight: 2, strideWidth: 1 },
    });
  });

  it('is not known where shapes are not', () => {
    const nothing = modelOf({ nodes: [], inputs: [], outputs: [] });
    for (const op of ['Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'LSTM'])
      expect(workOf(node(op, ['x', 'w', 'r'], ['y']), nothing)).toBeUndefined();
  });
});
