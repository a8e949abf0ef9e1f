import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { AttributeValue } from '../../src/onnx/graph.js';
import { im2colOf } from '../../src/ops/weights.js';
import { takeColumns } from '../../src/ptq/columns.js';
import { float, modelOf, node, random, runModel, temporaryFolder } from '../onnx/harness.js';

const folder = temporaryFolder();
const ints = (...value: number[]): AttributeValue => ({ type: 'ints', value });
const text = (value: string): AttributeValue => ({ type: 'string', value: value as never });

/** Input, weights, output and what is said of the convolution. */
const CONVOLUTIONS: [string, number[], number[], number[], Record<string, AttributeValue>][] = [
  ['pads and strides', [1, 3, 7, 6], [4, 3, 3, 2], [1, 4, 4, 4], { pads: ints(1, 0, 1, 2), strides: ints(2, 2) }],
  [
    'groups and dilations',
    [2, 4, 9, 9],
    [6, 2, 3, 3],
    [2, 6, 5, 5],
    { dilations: ints(2, 2), group: { type: 'int', value: 2 } },
  ],
  ['depthwise', [1, 5, 6, 6], [5, 1, 3, 3], [1, 5, 6, 6], { pads: ints(1, 1, 1, 1), group: { type: 'int', value: 5 } }],
  ['one dimension', [1, 2, 12], [3, 2, 4], [1, 3, 5], { strides: ints(2) }],
  ['auto_pad', [1, 2, 7, 7], [3, 2, 4, 4], [1, 3, 4, 4], { strides: ints(2, 2), auto_pad: text('SAME_UPPER') }],
];

describe('windows', () => {
  it.each(CONVOLUTIONS)(
    '%s: weights times columns is what onnxruntime convolves',
    async (_, input, weights, output, attributes) => {
      const next = random(5);
      const codes = Uint8Array.from({ length: input.reduce((a, b) => a * b, 1) }, () => Math.floor(next() * 256));
      const zero = 100;
      const conv = { ...node('Conv', ['x', 'w'], ['y']), attributes: new Map(Object.entries(attributes)) };
      const model = modelOf({
        nodes: [conv],
        inputs: [float('x', ...input), float('w', ...weights)],
        outputs: [float('y', ...output)],
      });
      const w = Float32Array.from({ length: weights.reduce((a, b) => a * b, 1) }, () => Math.round(8 * next()));
      const x = Float32Array.from(codes, (code) => code - zero);
      const feeds = { x: new Tensor('float32', x, input), w: new Tensor('float32', w, weights) };
      const { y } = await runModel(model, feeds, folder);
      const { codes: columns, groups, size, count } = takeColumns(im2colOf(conv, input, weights, zero), [codes]);
      const perGroup = weights[0] / groups;
      const made: number[] = [];
      const positions = count / input[0];
      for (let batch = 0; batch < input[0]; batch++)
        for (let channel = 0; channel < weights[0]; channel++)
          for (let position = 0; position < positions; position++) {
            let sum = 0;
            const first = Math.floor(channel / perGroup) * size;
            for (let k = 0; k < size; k++)
              sum += w[channel * size + k] * (columns[(first + k) * count + batch * positions + position] - zero);
            made.push(sum);
          }
      expect(made).toEqual([...(y.data as Float32Array)]);
    },
  );

  it('takes rows of a matrix, and no more columns than fit', () => {
    const window = im2colOf(node('MatMul', ['x', 'w'], ['y']), [1, 3, 2], [2, 5], 0);
    const { codes, size, count } = takeColumns(window, [Uint8Array.of(1, 2, 3, 4, 5, 6)]);
    expect([size, count]).toEqual([2, 3]);
    expect([...codes]).toEqual([1, 3, 5, 2, 4, 6]);
    const large = im2colOf(node('MatMul', ['x', 'w'], ['y']), [100000, 1], [1, 1], 0);
    expect(takeColumns(large, [new Uint8Array(100000)]).count).toBe(32768);
  });
});
