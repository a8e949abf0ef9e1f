import { expect, it } from 'vitest';
import { fuse } from '../../src/frontend/fuse.js';
import { movedInputs, onlyMoves } from '../../src/frontend/moves.js';
import { quantizedNote } from '../../src/frontend/quantized.js';
import { float, modelOf, node } from '../onnx/harness.js';

/** Whether a network of one node, and of what is fused to it, only moves values. */
function moves(...nodes: ReturnType<typeof node>[]): boolean[] {
  const last = nodes[nodes.length - 1].outputs[0];
  const constants = { c: [4], d: [4], table: [8, 4] };
  const { graph } = modelOf({ nodes, inputs: [float('x', 4), float('y', 4)], outputs: [float(last, 4)], constants });
  return fuse(graph).map((layer) => onlyMoves(layer, graph));
}

it('tells layers that move and re-code values from those that compute', () => {
  for (const op of [
    'Slice',
    'Reshape',
    'Pad',
    'Transpose',
    'Cast',
    'QuantizeLinear',
    'DequantizeLinear',
    'Concat',
    'Identity',
  ])
    expect(moves(node(op, ['x', 'c'], ['o'])), op).toEqual([true]);
  for (const op of ['Relu', 'MaxPool', 'ReduceMean', 'Softmax', 'LSTM', 'Clip'])
    expect(moves(node(op, ['x'], ['o'])), op).toEqual([false]);
  for (const op of ['Conv', 'MatMul', 'Gemm']) expect(moves(node(op, ['x', 'c'], ['o'])), op).toEqual([false]);
});

it('scaling and shifting by constants is another code of the same values; an activation behind it is not', () => {
  for (const op of ['Add', 'Sub', 'Mul', 'Div']) {
    expect(moves(node(op, ['x', 'c'], ['o'])), op).toEqual([true]);
    expect(moves(node(op, ['x', 'y'], ['o'])), op).toEqual([false]);
  }
  expect(moves(node('Add', ['x', 'c'], ['a']), node('Relu', ['a'], ['o']))).toEqual([false]);
});

it('picking values of the input moves them, looking up a table of weights does not', () => {
  expect(moves(node('Gather', ['x', 'c'], ['o']))).toEqual([true]);
  expect(moves(node('Gather', ['table', 'x'], ['o']))).toEqual([false]);
});

it('operators of other domains are taken to compute', () => {
  expect(moves({ ...node('Slice', ['x', 'c'], ['o']), domain: 'com.example' })).toEqual([false]);
});

it('says of a quantized network what becomes of its parts, and nothing of a float one', () => {
  const graphOf = (...ops: string[]) =>
    modelOf({
      nodes: ops.map((op, i) => node(op, [i === 0 ? 'x' : `t${i - 1}`], [`t${i}`])),
      inputs: [float('x', 4)],
      outputs: [float(`t${ops.length - 1}`, 4)],
    }).graph;
  const plain = graphOf('Relu', 'Conv');
  expect(quantizedNote(plain, plain)).toBeUndefined();
  const activations = graphOf('QuantizeLinear', 'DequantizeLinear', 'Conv');
  expect(quantizedNote(activations, activations)).toMatch(
    /^the network is already quantized: its 2 QuantizeLinear and DequantizeLinear/,
  );
  expect(quantizedNote(graphOf('DequantizeLinear', 'Conv'), plain)).toContain(
    'its stored weights are taken as the values',
  );
  const integer = graphOf('QLinearConv', 'MatMulInteger');
  expect(quantizedNote(integer, integer)).toContain('(MatMulInteger, QLinearConv) run as they are');
});

it('knows tensors that are the input in another form', () => {
  const nodes = [
    node('Slice', ['x', 'c'], ['s']),
    node('Relu', ['s'], ['r']),
    node('Transpose', ['s'], ['t']),
    node('Concat', ['t', 'y'], ['both']),
    node('Concat', ['both', 'r'], ['mixed']),
  ];
  const { graph } = modelOf({
    nodes,
    inputs: [float('x', 4), float('y', 4)],
    outputs: [float('mixed', 4)],
    constants: { c: [4] },
  });
  expect([...movedInputs(fuse(graph), graph)]).toEqual(['s', 't', 'both']);
});
