import { shown } from '../onnx/external.js';
import type { ElementType, Fact, Graph, Model } from '../onnx/graph.js';
import { withBodies } from '../onnx/scope.js';
import { AutosplitError } from '../util/error.js';
import { toFloat32 } from './float32.js';
import { fixInputShapes } from './input-shapes.js';

/**
 * IR version of normalised models: the first that knows functions and all that the optimiser writes. onnxruntime reads
 * it since 1.10.
 */
const IR_VERSION = 8;

/**
 * The model as every later step wants it: concrete input shapes, no stale facts about inner tensors, float32 instead of
 * float16 and bfloat16 (inputs and outputs, too). What it computes stays the same.
 * @param inputShapes input name -> shape, where the model leaves something open
 * @throws AutosplitError SHAPE_UNKNOWN, CONFIG_INVALID (shapes that do not fit) or MODEL_UNSUPPORTED (inputs or outputs
 * that are no numeric tensors)
 */
export function normalise(model: Model, inputShapes: Readonly<Record<string, readonly number[]>>): Model {
  for (const input of model.graph.inputs) requireNumeric('input', input);
  for (const output of model.graph.outputs) if (output.encodedType || output.dtype) requireNumeric('output', output);
  const inputs = fixInputShapes(model.graph.inputs, inputShapes);
  return {
    ...model,
    irVersion: Math.max(model.irVersion, IR_VERSION),
    graph: toFloat32({ ...withoutSymbols(model.graph), inputs }),
  };
}

/** Neither symbols nor inner facts survive a change of input shapes; onnxruntime infers them anew. */
function withoutSymbols(graph: Graph): Graph {
  const clear = (fact: Fact): Fact => ({
    ...fact,
    shape: fact.shape?.map((dim) => (typeof dim === 'number' ? dim : '')),
  });
  return {
    ...graph,
    nodes: graph.nodes.map((node) => withBodies(node, withoutSymbols)),
    inputs: graph.inputs.map(clear),
    outputs: graph.outputs.map(clear),
    values: new Map(),
  };
}

const NOT_NUMERIC: ReadonlySet<ElementType> = new Set<ElementType>(['string', 'complex64', 'complex128']);

function requireNumeric(role: 'input' | 'output', { name, dtype, encodedType }: Fact): void {
  const what = encodedType || !dtype ? 'no tensor' : NOT_NUMERIC.has(dtype) ? `of type ${dtype}` : undefined;
  if (what === undefined) return;
  throw new AutosplitError('MODEL_UNSUPPORTED', `${role} ${shown(name)} is ${what}`, {
    hint: 'a network to be split takes and gives tensors of numbers',
  });
}
