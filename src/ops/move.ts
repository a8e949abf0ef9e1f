import { intsAttribute, stringAttribute } from '../onnx/attributes.js';
import type { Graph, Node } from '../onnx/graph.js';
import { isZero } from './constants.js';
import { always, each, type Family, FLOAT_BY_ELEMENTS, type Operator } from './family.js';
import { integers, ints, keepOpset, toInputs, type Upgrade, withAttribute, without } from './upgrade.js';

/** Moves codes as it moves values. */
const onCodes: Operator = { role: 'through', work: 'elements', moves: always };
/** Renames a tensor. */
const renaming: Operator = { ...onCodes, kind: { isFree: true } };
const inFloat: Operator = { role: 'float', work: 'elements', moves: always };

/** Looking values up in a constant table is an embedding, which has weights. */
const ofVariable = (node: Node, graph: Graph) => !graph.initializers.has(node.inputs[0]);

const isConstantPadding = (node: Node) => stringAttribute(node, 'mode', 'constant') === 'constant';

const pad: Operator = {
  // Padding with the value 0 is padding with the zero-point.
  role: (node, graph) =>
    !node.inputs[2] || isZero(graph, node.inputs[2]) || !isConstantPadding(node) ? 'through' : 'float',
  work: 'elements',
  moves: always,
  isHomogeneous: (node) => isConstantPadding(node) && !node.inputs[2] && !node.inputs[3],
  codeInputs: (node, inputs, zeroPoint) =>
    isConstantPadding(node) ? Object.assign([...inputs], { 2: zeroPoint }) : [...inputs],
  upgrade: toInputs(11, [ints('pads'), { name: 'value', type: 'float', fallback: 0 }]),
};

const upgradeSlice: Upgrade = (node, from, context) => {
  if (from >= 10) return node;
  const starts = node.attributes.get('starts');
  const axes = intsAttribute(
    node,
    'axes',
    (starts ? integers(starts) : []).map((_, i) => i),
  );
  const withAxes = withAttribute(node, 'axes', { type: 'ints', value: axes });
  return toInputs(10, [ints('starts'), ints('ends'), ints('axes')])(withAxes, from, context);
};

/** Operators that give the values they read elsewhere, or in another type. */
export const move: Family = {
  operators: {
    ...each(renaming, 'Reshape', 'Flatten'),
    ...each({ ...renaming, upgrade: toInputs(13, [ints('axes')]) }, 'Squeeze', 'Unsqueeze'),
    Identity: { ...inFloat, kind: { isFree: true }, isHomogeneous: always },
    Dropout: {
      ...inFloat,
      kind: { isFree: true },
      upgrade: (node, from) => (from >= 12 ? node : without(node, 'ratio')),
    },
    Slice: { ...onCodes, upgrade: upgradeSlice },
    Split: { ...onCodes, upgrade: toInputs(13, [ints('split')]) },
    Gather: { ...onCodes, moves: ofVariable },
    ...each(onCodes, 'Transpose', 'Expand', 'DepthToSpace', 'SpaceToDepth'),
    Pad: pad,
    ...each(inFloat, 'Tile', 'ReverseSequence', 'Cast', 'CastLike'),
    ...each({ ...inFloat, moves: ofVariable }, 'GatherElements', 'GatherND'),
    ...each(FLOAT_BY_ELEMENTS, 'ScatterElements', 'ScatterND', 'TensorScatter'),
    Scatter: { ...FLOAT_BY_ELEMENTS, upgrade: keepOpset },
    ...each(FLOAT_BY_ELEMENTS, 'Trilu', 'Compress', 'OneHot', 'CenterCropPad'),
  },
};
