import { makeInitializer, makeNode } from '../../onnx/build.js';
import type { AttributeValue, Initializer, Model, Node } from '../../onnx/graph.js';
import { random } from '../synthetic.js';

/**
 * Builds a model of one input, node by node. Weights are the same in every run: uniform, with the variance that keeps
 * activations of one size from layer to layer (LeCun et al., "Efficient BackProp", 1998); biases keep them from vanishing
 * behind Relus.
 */
export interface Builder {
  /** Adds a node; gives its output. */
  add(op: string, inputs: readonly string[], attributes?: Record<string, AttributeValue>): string;
  /** Adds random weights; gives their name. `fanIn` is how many products are summed up. */
  weights(dims: readonly number[], fanIn: number): string;
  constant(values: Float32Array | BigInt64Array, dims?: number[]): string;
}

const OPSET = 17;
const IR_VERSION = 8;

/** A model made by `grow`, which is given a builder and the name of the input and gives that of the output. */
export function buildModel(
  name: string,
  shape: readonly number[],
  grow: (builder: Builder, input: string) => string,
): Model {
  const nodes: Node[] = [];
  const initializers = new Map<string, Initializer>();
  const next = random(1);
  const keep = (initializer: Initializer) => {
    initializers.set(initializer.name, initializer);
    return initializer.name;
  };
  const builder: Builder = {
    add(op, inputs, attributes = {}) {
      const output = `${op.toLowerCase()}_${nodes.length}`;
      nodes.push(makeNode(op, [...inputs], [output], attributes));
      return output;
    },
    weights(dims, fanIn) {
      const bound = Math.sqrt(3 / fanIn);
      const values = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => bound * (2 * next() - 1));
      return keep(makeInitializer(`weights_${initializers.size}`, values, [...dims]));
    },
    constant: (values, dims) => keep(makeInitializer(`constant_${initializers.size}`, values, dims)),
  };
  const output = grow(builder, 'input');
  const graph = {
    name,
    nodes,
    inputs: [{ name: 'input', dtype: 'float32' as const, shape: [...shape] }],
    outputs: [{ name: output, dtype: 'float32' as const, shape: undefined }],
    initializers,
    values: new Map(),
  };
  return { irVersion: IR_VERSION, producer: 'autosplit', opsets: new Map([['', OPSET]]), graph, functions: [] };
}
