import type { ActivationQuantizer } from '../numerics/range.js';
import { makeInitializer, makeNode, nameMaker } from '../onnx/build.js';
import type { AttributeValue, Graph, Initializer, Node } from '../onnx/graph.js';
import type { IntegerGraph } from '../ops/integer.js';

/** Scale and zero-point of uint8 codes. */
export type CodeQuantizer = Pick<ActivationQuantizer, 'scale' | 'zeroPoint'>;

/** A QDQ graph while it is written, node by node, beside the float graph that it is made of. */
export interface Draft {
  /** The float graph. */
  readonly graph: Graph;
  /** Its tensors that live as codes. */
  readonly codeTensors: IntegerGraph['codes'];
  readonly quantizer: (owner: string) => CodeQuantizer;
  readonly newName: (wanted: string) => string;
  readonly nodes: Node[];
  readonly initializers: Map<string, Initializer>;
  /** By tensor of the float graph: the tensor of this graph that holds its floats, where one does. */
  readonly floats: Map<string, string>;
  /** By tensor of the float graph: the tensor of this graph that holds its codes, where one does. */
  readonly codes: Map<string, string>;
  /** Names of scale and zero-point by owner. */
  readonly quantizerNames: Map<string, [scale: string, zeroPoint: string]>;
}

/** A draft without nodes: the inputs of the graph are floats. */
export const startDraft = (
  graph: Graph,
  integer: Pick<IntegerGraph, 'codes'>,
  quantizer: Draft['quantizer'],
): Draft => ({
  graph,
  codeTensors: integer.codes,
  quantizer,
  newName: nameMaker(graph),
  nodes: [],
  initializers: new Map(),
  floats: new Map(graph.inputs.map(({ name }) => [name, name])),
  codes: new Map(),
  quantizerNames: new Map(),
});

/** Adds a node of one output; returns the output. */
export function addNode(
  { nodes }: Draft,
  op: string,
  inputs: string[],
  output: string,
  attributes: Record<string, AttributeValue> = {},
): string {
  nodes.push(makeNode(op, inputs, [output], attributes));
  return output;
}

/** Adds a constant; returns its name. */
export function addConstant(
  { newName, initializers }: Draft,
  wanted: string,
  values: Parameters<typeof makeInitializer>[1],
  dims?: number[],
): string {
  const name = newName(wanted);
  initializers.set(name, makeInitializer(name, values, dims));
  return name;
}

/** Takes an initializer of the float graph over; other names are left alone. */
export function keepInitializer({ graph, initializers }: Draft, name: string): void {
  const initializer = graph.initializers.get(name);
  if (initializer) initializers.set(name, initializer);
}

/** The tensor whose quantizer a tensor has. */
export const ownerOf = ({ codeTensors }: Pick<Draft, 'codeTensors'>, tensor: string): string =>
  codeTensors.get(tensor)?.owner ?? tensor;

/** Names of the scale and the zero-point of a tensor, which all tensors of one owner share. */
export function quantizerInputs(draft: Draft, tensor: string): [scale: string, zeroPoint: string] {
  const owner = ownerOf(draft, tensor);
  const known = draft.quantizerNames.get(owner);
  if (known) return known;
  const { scale, zeroPoint } = draft.quantizer(owner);
  const names: [string, string] = [
    addConstant(draft, `${owner}_scale`, Float32Array.of(scale)),
    addConstant(draft, `${owner}_zero_point`, Uint8Array.of(zeroPoint)),
  ];
  draft.quantizerNames.set(owner, names);
  return names;
}

/** Quantizes the floats of a tensor; returns its codes. */
export function quantize(draft: Draft, tensor: string, float: string): string {
  const inputs = [float, ...quantizerInputs(draft, tensor)];
  const name = addNode(draft, 'QuantizeLinear', inputs, draft.newName(`${tensor}_quantized`));
  draft.codes.set(tensor, name);
  return name;
}

/** The codes of a tensor, quantized where there are none yet. */
export const codesOf = (draft: Draft, tensor: string): string =>
  draft.codes.get(tensor) ?? quantize(draft, tensor, floatOf(draft, tensor));

/** The floats of a tensor; a copy for one reader where it lives as codes. */
export const floatOf = (draft: Draft, tensor: string): string =>
  draft.floats.get(tensor) ?? (draft.codes.has(tensor) ? dequantized(draft, tensor) : tensor);

/** A float copy of the codes of a tensor, for one reader: onnxruntime makes integer kernels of such pairs. */
export function dequantized(draft: Draft, tensor: string): string {
  const inputs = [codesOf(draft, tensor), ...quantizerInputs(draft, tensor)];
  return addNode(draft, 'DequantizeLinear', inputs, draft.newName(`${tensor}_dequantized`));
}

/**
 * Name of the float output of an integer node: a tensor that lives as codes keeps its own name for an output of the
 * model that may be dequantized from it.
 */
export const floatName = ({ codeTensors, newName }: Draft, tensor: string): string =>
  codeTensors.has(tensor) ? newName(`${tensor}_float`) : tensor;

/** Records what an integer node gives: codes where the tensor lives as codes, else floats. */
export function recordOutput(draft: Draft, tensor: string, float: string): void {
  if (draft.codeTensors.has(tensor)) quantize(draft, tensor, float);
  else draft.floats.set(tensor, float);
}
