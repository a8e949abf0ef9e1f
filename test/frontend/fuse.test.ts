import { describe, expect, it } from 'vitest';
import { fuse } from '../../src/frontend/fuse.js';
import type { Fact, Node } from '../../src/onnx/graph.js';
import { float, modelOf, node, spelled } from '../onnx/harness.js';

const constants = {
  w: [8, 4, 1, 1],
  channels: [8, 1, 1],
  wide: [8, 5, 5],
  one: [1],
  k: [4, 6],
  row: [6],
  column: [4, 1],
  low: [],
  slope: [1],
};

/** Layers of a graph that reads `x` and gives `outputs`. */
function layersOf(nodes: Node[], ...outputs: string[]): string[] {
  const { graph } = modelOf({
    nodes,
    inputs: [float('x', 1, 4, 5, 5), float('other', 1)],
    outputs: outputs.map((name): Fact => float(name)),
    constants,
  });
  return spelled(graph, fuse(graph));
}

const conv = node('Conv', ['x', 'w'], ['c']);
const matmul = node('MatMul', ['x', 'k'], ['c']);

describe('fuse', () => {
  it.each(['Relu', 'LeakyRelu', 'Sigmoid', 'Tanh', 'HardSigmoid', 'HardSwish'])(
    'takes %s behind a convolution',
    (op) => {
      expect(layersOf([conv, node(op, ['c'], ['y'])], 'y')).toEqual([`Conv+${op}`]);
    },
  );

  it('takes Clip and PRelu with constants only', () => {
    expect(layersOf([conv, node('Clip', ['c', '', 'low'], ['y'])], 'y')).toEqual(['Conv+Clip']);
    expect(layersOf([conv, node('Clip', ['c', 'other'], ['y'])], 'y')).toEqual(['Conv', 'Clip']);
    expect(layersOf([conv, node('PRelu', ['c', 'slope'], ['y'])], 'y')).toEqual(['Conv+PRelu']);
    expect(layersOf([conv, node('PRelu', ['c', 'other'], ['y'])], 'y')).toEqual(['Conv', 'PRelu']);
    expect(layersOf([conv, node('PRelu', ['other', 'c'], ['y'])], 'y')).toEqual(['Conv', 'PRelu']);
  });

  it('takes x * sigmoid(x), whichever way round', () => {
    const gate = node('Sigmoid', ['c'], ['s']);
    expect(layersOf([conv, gate, node('Mul', ['c', 's'], ['y'])], 'y')).toEqual(['Conv+Sigmoid+Mul']);
    expect(layersOf([conv, gate, node('Mul', ['s', 'c'], ['y'])], 'y')).toEqual(['Conv+Sigmoid+Mul']);
    expect(layersOf([conv, node('HardSigmoid', ['c'], ['s']), node('Mul', ['s', 'c'], ['y'])], 'y')).toEqual([
      'Conv+HardSigmoid+Mul',
    ]);
    expect(layersOf([conv, gate, node('Mul', ['s', 'other'], ['y'])], 'y')).toEqual(['Conv+Sigmoid', 'Mul']);
    expect(layersOf([conv, gate, node('Mul', ['c', 's'], ['y']), node('Relu', ['s'], ['z'])], 'y', 'z')).toEqual([
      'Conv',
      'Sigmoid',
      'Mul',
      'Relu',
    ]);
    expect(layersOf([conv, gate, node('Mul', ['c', 's'], ['y'])], 'y', 's')).toEqual(['Conv', 'Sigmoid', 'Mul']);
    expect(layersOf([conv, gate, node('Mul', ['c', 's'], ['y'])], 'y', 'c')).toEqual(['Conv', 'Sigmoid', 'Mul']);
  });

  it('takes a bias that has a value for each channel', () => {
    expect(layersOf([matmul, node('Add', ['row', 'c'], ['a']), node('Relu', ['a'], ['y'])], 'y')).toEqual([
      'MatMul+Add+Relu',
    ]);
    expect(layersOf([matmul, node('Add', ['c', 'one'], ['y'])], 'y')).toEqual(['MatMul+Add']);
    expect(layersOf([matmul, node('Add', ['c', 'column'], ['y'])], 'y')).toEqual(['MatMul', 'Add']);
    expect(layersOf([matmul, node('Add', ['c', 'other'], ['y'])], 'y')).toEqual(['MatMul', 'Add']);
    expect(layersOf([matmul, node('Add', ['c', 'c'], ['y'])], 'y')).toEqual(['MatMul', 'Add']);
    expect(layersOf([conv, node('Add', ['c', 'channels'], ['a']), node('Sigmoid', ['a'], ['y'])], 'y')).toEqual([
      'Conv+Add+Sigmoid',
    ]);
    expect(layersOf([conv, node('Add', ['c', 'wide'], ['y'])], 'y')).toEqual(['Conv', 'Add']);
  });

  it('takes only Relu and Clip behind the others', () => {
    expect(layersOf([node('Add', ['x', 'other'], ['a']), node('Relu', ['a'], ['y'])], 'y')).toEqual(['Add+Relu']);
    expect(layersOf([node('MaxPool', ['x'], ['a']), node('Clip', ['a'], ['y'])], 'y')).toEqual(['MaxPool+Clip']);
    expect(layersOf([node('Add', ['x', 'other'], ['a']), node('Sigmoid', ['a'], ['y'])], 'y')).toEqual([
      'Add',
      'Sigmoid',
    ]);
    expect(layersOf([node('Transpose', ['x'], ['a']), node('Relu', ['a'], ['y'])], 'y')).toEqual(['Transpose', 'Relu']);
    expect(layersOf([node('Relu', ['x'], ['a']), node('Relu', ['a'], ['y'])], 'y')).toEqual(['Relu', 'Relu']);
  });

  it('never hides an output or what another node reads', () => {
    expect(layersOf([conv, node('Relu', ['c'], ['y'])], 'y', 'c')).toEqual(['Conv', 'Relu']);
    expect(layersOf([conv, node('Relu', ['c'], ['y']), node('Tanh', ['c'], ['z'])], 'y', 'z')).toEqual([
      'Conv',
      'Relu',
      'Tanh',
    ]);
  });

  it('counts what bodies of control flow read', () => {
    const body = modelOf({ nodes: [node('Identity', ['c'], ['t'])], inputs: [], outputs: [float('t')] }).graph;
    const branches: Node['attributes'] = new Map([
      ['then_branch', { type: 'graph', value: body }],
      ['else_branch', { type: 'graph', value: body }],
    ]);
    const nodes = [conv, node('Relu', ['c'], ['r']), { ...node('If', ['flag'], ['y']), attributes: branches }];
    const { graph } = modelOf({
      nodes,
      inputs: [float('x', 1, 4, 5, 5), { name: 'flag', dtype: 'bool', shape: [] }],
      outputs: [float('y'), float('r')],
      constants,
    });
    const layers = fuse(graph);
    expect(spelled(graph, layers)).toEqual(['Conv', 'Relu', 'If']);
    expect(layers[2].inputs).toEqual(['flag', 'c']);
  });

  it('describes a layer', () => {
    const nodes = [
      node('Conv', ['x', 'w', 'one'], ['c']),
      node('Clip', ['c', 'low', ''], ['y']),
      node('Relu', ['y'], ['z']),
    ];
    const { graph } = modelOf({
      nodes,
      inputs: [float('x', 1, 4, 5, 5)],
      outputs: [float('y'), float('z')],
      constants,
    });
    expect(fuse(graph)[0]).toEqual({
      name: 'c',
      op: 'Conv',
      activation: 'Clip',
      nodes: [0, 1],
      inputs: ['x'],
      outputs: ['y'],
      initializers: ['w', 'one', 'low'],
    });
  });

  it('does not take operators of another domain', () => {
    expect(layersOf([conv, { ...node('Relu', ['c'], ['y']), domain: 'com.other' }], 'y')).toEqual(['Conv', 'Relu']);
  });
});
