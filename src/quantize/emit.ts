import { quantizerOf } from '../numerics/range.js';
import { int, renameReads } from '../onnx/build.js';
import { readFloats } from '../onnx/bytes.js';
import type { Initializer, Node } from '../onnx/graph.js';
import { readNames } from '../onnx/scope.js';
import { operatorOf } from '../ops/index.js';
import { type WeightShape, withoutFactors } from '../ops/weights.js';
import type { IntegerWeights } from '../ptq/weights.js';
import {
  addConstant,
  addNode,
  codesOf,
  type Draft,
  dequantized,
  floatName,
  floatOf,
  keepInitializer,
  quantizerInputs,
  recordOutput,
} from './draft.js';

/** Where a node with weights is in the draft. */
export interface EmittedWeights {
  /** The codes it reads, and the first node of the draft that runs behind them. */
  codes: string;
  start: number;
  /** Initializers of the draft; the last two only where there is a bias. */
  names: { codes: string; scales: string; bias?: string; biasScales?: string };
}

/** Writes a node with integer weights: all it reads is dequantized, what it gives is quantized. */
export function emitWeighted(
  draft: Draft,
  node: Node,
  { dims, axis }: Pick<WeightShape, 'dims' | 'axis'>,
  weights: IntegerWeights,
): EmittedWeights {
  const codes = codesOf(draft, node.inputs[0]);
  const start = draft.nodes.length;
  const stored = storeCodes(draft, node.inputs[1], weights.codes, dims, weights.scales);
  const names: EmittedWeights['names'] = { codes: stored[0], scales: stored[1] };
  const inputs = [
    dequantized(draft, node.inputs[0]),
    addNode(draft, 'DequantizeLinear', stored, draft.newName(`${stored[0]}_dequantized`), { axis: int(axis) }),
  ];
  if (weights.bias && weights.biasScales) {
    const bias = storeCodes(draft, node.inputs[2], weights.bias, [weights.bias.length], weights.biasScales);
    inputs.push(addNode(draft, 'DequantizeLinear', bias, draft.newName(`${bias[0]}_dequantized`), { axis: int(0) }));
    Object.assign(names, { bias: bias[0], biasScales: bias[1] });
  }
  const output = floatName(draft, node.outputs[0]);
  draft.nodes.push({ ...node, inputs, outputs: [output], attributes: withoutFactors(node) });
  recordOutput(draft, node.outputs[0], output);
  return { codes, start, names };
}

/** Stores codes around zero with a scale per channel: codes, scales and zero-points, as DequantizeLinear reads them. */
function storeCodes(
  draft: Draft,
  initializer: string,
  codes: Int8Array | Int32Array,
  dims: number[],
  scales: Float32Array,
): [codes: string, scales: string, zeroPoints: string] {
  const zeros = codes instanceof Int8Array ? new Int8Array(scales.length) : new Int32Array(scales.length);
  const name = addConstant(draft, `${initializer}_quantized`, codes, dims);
  return [
    name,
    addConstant(draft, `${name}_scale`, scales, [scales.length]),
    addConstant(draft, `${name}_zero_point`, zeros, [scales.length]),
  ];
}

/** Writes an integer node that reads codes and constants. */
export function emitElementwise(draft: Draft, node: Node): void {
  const inputs = node.inputs.map((input) => {
    const initializer = draft.graph.initializers.get(input);
    return initializer?.dtype === 'float32' ? dequantizedConstant(draft, initializer) : dequantized(draft, input);
  });
  const output = floatName(draft, node.outputs[0]);
  draft.nodes.push({ ...node, inputs, outputs: [output] });
  recordOutput(draft, node.outputs[0], output);
}

/** A constant in 8 bits over its whole range, dequantized. */
function dequantizedConstant(draft: Draft, initializer: Initializer): string {
  const values = readFloats(initializer);
  const [low, high] = values.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [0, 0]);
  const { scale, zeroPoint } = quantizerOf(low, high, 8);
  const codes = Uint8Array.from(values, (value) => Math.min(255, Math.max(0, Math.round(value / scale) + zeroPoint)));
  const name = addConstant(draft, `${initializer.name}_quantized`, codes, initializer.dims);
  const inputs = [
    name,
    addConstant(draft, `${name}_scale`, Float32Array.of(scale)),
    addConstant(draft, `${name}_zero_point`, Uint8Array.of(zeroPoint)),
  ];
  return addNode(draft, 'DequantizeLinear', inputs, draft.newName(`${name}_dequantized`));
}

/** Writes a node that moves the codes themselves. */
export function emitThrough(draft: Draft, node: Node): void {
  const [data, ...rest] = node.inputs;
  for (const input of rest) keepInitializer(draft, input);
  const inputs = [codesOf(draft, data), ...rest];
  const { codeInputs } = operatorOf(node);
  const outputs = node.outputs.map((output) => (output === '' ? '' : draft.newName(`${output}_quantized`)));
  for (const [i, output] of node.outputs.entries()) if (output !== '') draft.codes.set(output, outputs[i]);
  draft.nodes.push({
    ...node,
    inputs: codeInputs ? codeInputs(node, inputs, quantizerInputs(draft, data)[1]) : inputs,
    outputs,
  });
}

/** Writes no node: the range of the output's quantizer is the activation. */
export const emitRange = (draft: Draft, node: Node): void =>
  recordOutput(draft, node.outputs[0], floatOf(draft, node.inputs[0]));

/** Writes a node as it is. */
export function emitFloat(draft: Draft, node: Node): void {
  const constant = (name: string) => draft.graph.initializers.has(name);
  const reads = new Map(readNames(node).map((name) => [name, constant(name) ? name : floatOf(draft, name)]));
  for (const name of reads.keys()) keepInitializer(draft, name);
  draft.nodes.push(renameReads(node, reads));
  for (const output of node.outputs) if (output !== '') draft.floats.set(output, output);
}
