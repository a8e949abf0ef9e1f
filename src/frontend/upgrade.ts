import { intAttribute, intsAttribute } from '../onnx/attributes.js';
import { int, makeInitializer, nameMaker } from '../onnx/build.js';
import type { AttributeValue, Graph, Initializer, Model, Node } from '../onnx/graph.js';
import { AttributeProto } from '../onnx/proto.js';

/** QDQ per channel and 8-bit MaxPool need opset 13 of ai.onnx. */
export const TARGET_OPSET = 13;

interface Context {
  /** Adds a constant and returns its name. */
  constant(wanted: string, values: BigInt64Array | Float32Array, dims: number[]): string;
  /** Undefined where the shape is not known. */
  dims(name: string): readonly (number | string)[] | undefined;
}

/** Rewrites one node for opset 13; undefined where that is not possible. */
type Upgrade = (node: Node, from: number, context: Context) => Node | undefined;

/** Attributes of older versions that became inputs, in input order behind the data. */
const toInputs =
  (since: number, names: { name: string; type: 'ints' | 'float'; fallback?: number }[]): Upgrade =>
  (node, from, context) => {
    if (from >= since) return node;
    const inputs = [node.inputs[0]];
    for (const { name, type, fallback } of names) {
      const attribute = node.attributes.get(name);
      if (!attribute && fallback === undefined) inputs.push('');
      else if (type === 'ints') {
        const values = attribute ? integers(attribute) : [];
        inputs.push(
          context.constant(`${node.outputs[0]}_${name}`, BigInt64Array.from(values.map(BigInt)), [values.length]),
        );
      } else {
        const value = attribute?.type === 'float' ? attribute.value : (fallback ?? 0);
        inputs.push(context.constant(`${node.outputs[0]}_${name}`, Float32Array.of(value), []));
      }
    }
    while (inputs.at(-1) === '') inputs.pop();
    return { ...without(node, ...names.map(({ name }) => name)), inputs };
  };

/** Integers of an attribute; an open end (INT64_MAX), which numbers cannot hold, becomes the largest that they can. */
function integers(attribute: AttributeValue): number[] {
  if (attribute.type === 'ints') return attribute.value;
  if (attribute.type !== 'raw') return [];
  return AttributeProto.decode(attribute.value).ints.map((value) =>
    Math.min(Number.MAX_SAFE_INTEGER, Math.max(Number.MIN_SAFE_INTEGER, value)),
  );
}

const without = (node: Node, ...names: string[]): Node => ({
  ...node,
  attributes: new Map([...node.attributes].filter(([name]) => !names.includes(name))),
});

const withAttribute = (node: Node, name: string, value: AttributeValue): Node => ({
  ...node,
  attributes: new Map(node.attributes).set(name, value),
});

/** Before 13 everything from `axis` on was normalised together; the same where all behind that axis has one element. */
const softmax: Upgrade = (node, from, context) => {
  if (from >= 13) return node;
  const dims = context.dims(node.inputs[0]);
  const axis = intAttribute(node, 'axis', 1);
  const at = axis < 0 ? axis + (dims?.length ?? 0) : axis;
  return dims?.slice(at + 1).every((dim) => dim === 1) ? withAttribute(node, 'axis', int(at)) : undefined;
};

/** Upsample became Resize with the same scales; nearest was asymmetric and rounded down. */
const upsample: Upgrade = (node, from) => {
  if (from < 9) return undefined;
  const attributes = new Map(node.attributes)
    .set('coordinate_transformation_mode', { type: 'string', value: 'asymmetric' } as const)
    .set('nearest_mode', { type: 'string', value: 'floor' } as const);
  return { ...node, op: 'Resize', inputs: [node.inputs[0], '', node.inputs[1]], attributes };
};

const resize: Upgrade = (node, from) =>
  from >= 11 ? node : upsample(node, 9, { constant: () => '', dims: () => undefined });

const slice: Upgrade = (node, from, context) => {
  if (from >= 10) return node;
  const starts = node.attributes.get('starts');
  const axes = intsAttribute(
    node,
    'axes',
    (starts ? integers(starts) : []).map((_, i) => i),
  );
  const withAxes = withAttribute(node, 'axes', { type: 'ints', value: axes });
  return toInputs(10, [
    { name: 'starts', type: 'ints' },
    { name: 'ends', type: 'ints' },
    { name: 'axes', type: 'ints' },
  ])(withAxes, from, context);
};

const topk: Upgrade = (node, from, context) => {
  if (from >= 10) return node;
  const k = intAttribute(node, 'k', 1);
  return {
    ...without(node, 'k'),
    inputs: [node.inputs[0], context.constant(`${node.outputs[0]}_k`, BigInt64Array.of(BigInt(k)), [1])],
  };
};

const dropout: Upgrade = (node, from) => (from >= 12 ? node : without(node, 'ratio'));

/** Versions before 8 stored whether the statistics are spatial; only that they are is still expressible. */
const batchNormalization: Upgrade = (node, from) =>
  from >= 9 || intAttribute(node, 'spatial', 1) === 1 ? without(node, 'spatial') : undefined;

const ints = (name: string) => ({ name, type: 'ints' as const });

/** What changed between opset 7 and 13, by operator. Everything else means the same in both. */
const UPGRADES: Record<string, Upgrade> = {
  Clip: toInputs(11, [
    { name: 'min', type: 'float' },
    { name: 'max', type: 'float' },
  ]),
  Pad: toInputs(11, [ints('pads'), { name: 'value', type: 'float', fallback: 0 }]),
  Squeeze: toInputs(13, [ints('axes')]),
  Unsqueeze: toInputs(13, [ints('axes')]),
  ReduceSum: toInputs(13, [ints('axes')]),
  Split: toInputs(13, [ints('split')]),
  Slice: slice,
  TopK: topk,
  Upsample: upsample,
  Resize: resize,
  Dropout: dropout,
  BatchNormalization: batchNormalization,
  Softmax: softmax,
  LogSoftmax: softmax,
  Hardmax: softmax,
};

/** Operators whose older meaning cannot be expressed or is not worth it: the model then keeps its opset. */
const KEEP_OPSET = new Set(['Scan', 'Scatter', 'Loop', 'If']);

/**
 * Raises a model of opset 7..12 to {@link TARGET_OPSET}, so that it can be quantized per channel. A model that uses
 * something which cannot be raised is returned as it is; its edge side then runs in float.
 */
export function upgradeOpset(model: Model): Model {
  const from = model.opsets.get('') ?? TARGET_OPSET;
  if (from >= TARGET_OPSET || from < 7) return model;
  const { graph } = model;
  const newName = nameMaker(graph);
  const initializers = new Map<string, Initializer>(graph.initializers);
  const context: Context = {
    constant(wanted, values, dims) {
      const name = newName(wanted);
      initializers.set(name, makeInitializer(name, values, dims));
      return name;
    },
    dims: (name) => dimsOf(graph, name),
  };
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    if (node.domain === '' && KEEP_OPSET.has(node.op)) return model;
    const upgraded = node.domain === '' && UPGRADES[node.op] ? UPGRADES[node.op](node, from, context) : node;
    if (!upgraded) return model;
    nodes.push(upgraded);
  }
  return {
    ...model,
    irVersion: Math.max(model.irVersion, 7),
    opsets: new Map(model.opsets).set('', TARGET_OPSET),
    graph: { ...graph, nodes, initializers },
  };
}

function dimsOf(graph: Graph, name: string): readonly (number | string)[] | undefined {
  const fact =
    graph.values.get(name) ??
    graph.inputs.find((input) => input.name === name) ??
    graph.outputs.find((output) => output.name === name);
  return fact?.shape;
}
