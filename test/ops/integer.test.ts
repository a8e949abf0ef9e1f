import { describe, expect, it } from 'vitest';
import { fuse } from '../../src/frontend/fuse.js';
import type { Node } from '../../src/onnx/graph.js';
import { INTEGER_OPERATORS } from '../../src/ops/index.js';
import { integerGraph, runsInFloat } from '../../src/ops/integer.js';
import { float, modelOf, node } from '../onnx/harness.js';

const constants = { w: [4, 4, 1, 1], k: [4, 6], row: [6], low: [], six: [] };

function integersOf(
  nodes: Node[],
  options: { outputs?: string[]; operators?: readonly string[]; apart?: string[] } = {},
) {
  const { outputs = [nodes[nodes.length - 1].outputs[0]], operators = INTEGER_OPERATORS, apart = [] } = options;
  const { graph } = modelOf({
    nodes,
    inputs: [float('x', 1, 4, 5, 5), float('v', 1, 4)],
    outputs: outputs.map((name) => float(name)),
    constants,
  });
  for (const { outputs: made } of nodes) for (const name of made) graph.values.set(name, float(name));
  const { roles, codes } = integerGraph(graph, fuse(graph), { operators }, new Set(apart));
  return { roles, owners: Object.fromEntries([...codes].map(([name, { owner }]) => [name, owner])), codes };
}

const conv = node('Conv', ['x', 'w'], ['c']);

describe('what runs on codes', () => {
  it('is a convolution with constant weights, which demands codes of its input', () => {
    expect(integersOf([conv])).toMatchObject({ roles: ['weighted'], owners: { x: 'x', c: 'c' } });
    expect(integersOf([node('Conv', ['x', 'x'], ['c'])]).roles).toEqual(['float']);
  });

  it('is only what the target has kernels of', () => {
    expect(integersOf([conv], { operators: ['Gemm'] })).toMatchObject({ roles: ['float'], owners: {} });
  });

  it('is an activation as the range of what the layer gives', () => {
    const { roles, owners, codes } = integersOf([conv, node('Relu', ['c'], ['y'])]);
    expect(roles).toEqual(['weighted', 'range']);
    expect(owners).toEqual({ x: 'x', y: 'y' });
    expect(codes.get('y')?.bounds).toEqual({ low: 0, high: Infinity });
  });

  it('is what moves codes, which keeps their quantizer, as long as there are codes', () => {
    const flat = node('Flatten', ['c'], ['f']);
    expect(integersOf([conv, flat])).toMatchObject({ roles: ['weighted', 'through'], owners: { f: 'c' } });
    expect(integersOf([node('Flatten', ['x'], ['f'])]).roles).toEqual(['float']);
  });

  it('is a sum of codes, not one with a float', () => {
    const other = node('Conv', ['x', 'w'], ['d']);
    expect(integersOf([conv, other, node('Add', ['c', 'd'], ['y'])]).roles).toEqual([
      'weighted',
      'weighted',
      'elementwise',
    ]);
    expect(integersOf([conv, node('Erf', ['c'], ['e']), node('Add', ['c', 'e'], ['y'])]).roles).toEqual([
      'weighted',
      'float',
      'float',
    ]);
  });

  it('leaves final logits, and what a bias is added to, as floats', () => {
    const matmul = node('MatMul', ['v', 'k'], ['m']);
    expect(integersOf([matmul]).owners).toEqual({ v: 'v' });
    const biased = integersOf([matmul, node('Add', ['m', 'row'], ['b']), node('Relu', ['b'], ['y'])]);
    expect(biased.roles).toEqual(['weighted', 'float', 'range']);
    expect(Object.keys(biased.owners)).toEqual(['v', 'y']);
  });

  it('is nothing of a layer whose quantizer cannot serve those that share it', () => {
    const { roles } = integersOf([conv, node('Flatten', ['c'], ['f'])], { apart: ['c'] });
    expect(roles).toEqual(['float', 'float']);
  });
});

describe('runsInFloat', () => {
  it('asks for the operator by name, outside of ai.onnx with its domain', () => {
    const gelu = { ...node('Gelu', ['x'], ['y']), domain: 'com.microsoft' };
    expect(runsInFloat({ floatOperators: 'all' }, gelu)).toBe(true);
    expect(runsInFloat({ floatOperators: ['Gelu'] }, gelu)).toBe(false);
    expect(runsInFloat({ floatOperators: ['com.microsoft.Gelu'] }, gelu)).toBe(true);
    expect(runsInFloat({ floatOperators: ['Gelu'] }, { ...gelu, domain: '' })).toBe(true);
  });
});
