import { describe, expect, it } from 'vitest';
import {
  addConstant,
  codesOf,
  type Draft,
  dequantized,
  floatName,
  floatOf,
  keepInitializer,
  quantizerInputs,
  recordOutput,
  startDraft,
} from '../../src/quantize/draft.js';
import { float, modelOf, node } from '../onnx/harness.js';

const UNBOUNDED = { low: -Infinity, high: Infinity };

/** A graph in which `a` and `moved` are codes of one quantizer. */
function draftOf(): Draft {
  const { graph } = modelOf({
    nodes: [node('Relu', ['x'], ['a']), node('Flatten', ['a'], ['moved']), node('Erf', ['moved'], ['y'])],
    inputs: [float('x', 1, 4)],
    outputs: [float('y', 1, 4)],
    constants: { w: [4] },
  });
  const shared = { owner: 'a', bounds: UNBOUNDED };
  const codes = new Map([
    ['a', shared],
    ['moved', shared],
  ]);
  return startDraft(graph, { codes }, (owner) => ({ scale: owner === 'a' ? 0.5 : 1, zeroPoint: 3 }));
}

const ops = ({ nodes }: Draft) => nodes.map(({ op }) => op);

describe('a draft', () => {
  it('stores the quantizer of an owner once, for all that share it', () => {
    const draft = draftOf();
    expect(quantizerInputs(draft, 'moved')).toEqual(['a_scale', 'a_zero_point']);
    expect(quantizerInputs(draft, 'a')).toBe(quantizerInputs(draft, 'moved'));
    expect([...draft.initializers.keys()]).toEqual(['a_scale', 'a_zero_point']);
  });

  it('quantizes a tensor once, and copies its floats for each reader', () => {
    const draft = draftOf();
    expect(codesOf(draft, 'x')).toBe(codesOf(draft, 'x'));
    expect(ops(draft)).toEqual(['QuantizeLinear']);
    expect(dequantized(draft, 'x')).not.toBe(dequantized(draft, 'x'));
    expect(ops(draft)).toEqual(['QuantizeLinear', 'DequantizeLinear', 'DequantizeLinear']);
  });

  it('reads floats where they are, and dequantizes where only codes are', () => {
    const draft = draftOf();
    expect(floatOf(draft, 'x')).toBe('x');
    draft.codes.set('moved', 'moved_quantized');
    expect(floatOf(draft, 'moved')).toBe('moved_dequantized');
    expect(ops(draft)).toEqual(['DequantizeLinear']);
    expect(draft.nodes[0].inputs).toEqual(['moved_quantized', 'a_scale', 'a_zero_point']);
  });

  it('keeps the name of a tensor of codes free, and that of a float', () => {
    const draft = draftOf();
    expect([floatName(draft, 'a'), floatName(draft, 'y')]).toEqual(['a_float', 'y']);
  });

  it('records what a node gives as codes where it lives as codes, else as floats', () => {
    const draft = draftOf();
    recordOutput(draft, 'a', 'a_float');
    recordOutput(draft, 'y', 'y');
    expect(draft.codes.get('a')).toBe('a_quantized');
    expect(draft.floats.has('a')).toBe(false);
    expect(draft.floats.get('y')).toBe('y');
    expect(draft.codes.has('y')).toBe(false);
  });

  it('gives constants new names, and takes over those of the graph as they are', () => {
    const draft = draftOf();
    expect(addConstant(draft, 'w', Float32Array.of(1))).toBe('w_1');
    keepInitializer(draft, 'w');
    keepInitializer(draft, 'x');
    expect([...draft.initializers.keys()]).toEqual(['w_1', 'w']);
    expect(draft.initializers.get('w')).toBe(draft.graph.initializers.get('w'));
  });
});
