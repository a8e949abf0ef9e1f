import { expect, it } from 'vitest';
import { FAMILIES, INTEGER_OPERATORS, isDescribed, kindOf, operatorOf, timingOf } from '../../src/ops/index.js';
import { node } from '../onnx/harness.js';

it('every operator is of one family', () => {
  const names = FAMILIES.flatMap(({ operators, kinds = {} }) => [...Object.keys(operators), ...Object.keys(kinds)]);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});

it('an operator that nobody described is float, costs by elements and takes part in nothing', () => {
  const unknown = node('Frobnicate', ['x'], ['y']);
  expect(isDescribed(unknown)).toBe(false);
  expect(operatorOf(unknown)).toEqual({ role: 'float', work: 'elements' });
  expect(kindOf('Frobnicate')).toEqual({});
});

it('an operator of another domain is not the one of ai.onnx', () => {
  const other = { ...node('Conv', ['x', 'w'], ['y']), domain: 'acme' };
  expect(isDescribed(other)).toBe(false);
  expect(operatorOf(other).weights).toBeUndefined();
});

it('weights are described wherever an operator may be weighted', () => {
  const described = FAMILIES.flatMap(({ operators }) => Object.entries(operators));
  const weighted = described.filter(([, { weights }]) => weights).map(([name]) => name);
  expect(weighted.every((name) => INTEGER_OPERATORS.includes(name))).toBe(true);
  // What ranges express exactly has bounds, and what follows a bias must know where channels are.
  for (const [name, { role, bounds, followers, weights }] of described) {
    if (role === 'range') expect(bounds, name).toBeDefined();
    if (followers?.includes('bias')) expect(weights, name).toBeDefined();
  }
});

it('kinds of cost tables stand in for kinds that exist', () => {
  const kinds = FAMILIES.flatMap(({ operators, kinds = {} }) => [
    ...Object.values(operators).map(({ kind }) => kind),
    ...Object.values(kinds),
  ]);
  const standIns = kinds.flatMap((kind) => kind?.runsAs ?? []);
  expect(standIns).toContain('Conv');
  for (const name of standIns) expect(isDescribed(node(name, [], ['y']))).toBe(true);
});

it('time depends on activations, but for those that kernels fuse for free', () => {
  expect(['Relu', 'Clip', 'Sigmoid', 'Silu'].map(timingOf)).toEqual(['never', 'in float', 'always', 'always']);
});
