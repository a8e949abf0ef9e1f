import type { Bounds } from '../numerics/range.js';
import { readFloats } from '../onnx/bytes.js';
import type { Graph, Node } from '../onnx/graph.js';
import { isFloatConstant } from './constants.js';
import { always, each, type Family, FLOAT_BY_ELEMENTS, type FusedActivation, type IntegerRole } from './family.js';
import { toInputs } from './upgrade.js';

function clipBounds(node: Node, graph: Graph): Bounds {
  const bound = (name: string | undefined, fallback: number) => {
    const initializer = name ? graph.initializers.get(name) : undefined;
    return initializer ? (readFloats(initializer)[0] ?? fallback) : fallback;
  };
  return { low: bound(node.inputs[1], -Infinity), high: bound(node.inputs[2], Infinity) };
}

/** Constant bounds that contain zero can be the bounds of a quantizer, which always represents zero. */
function clipRole(node: Node, graph: Graph): IntegerRole {
  if (!node.inputs.slice(1).every((bound) => bound === '' || isFloatConstant(graph, bound))) return 'float';
  const { low, high } = clipBounds(node, graph);
  return low <= 0 && high >= 0 ? 'range' : 'float';
}

const fused: FusedActivation = { isClipping: false, isTimed: 'always' };

/** Activation functions of one input. */
export const activation: Family = {
  operators: {
    Relu: {
      role: 'range',
      work: 'elements',
      bounds: () => ({ low: 0, high: Infinity }),
      activation: { isClipping: true, isTimed: 'never' },
      isHomogeneous: always,
    },
    Clip: {
      role: clipRole,
      work: 'elements',
      bounds: clipBounds,
      // On integer kernels it is the range of what comes out, and costs nothing.
      activation: { isClipping: true, isTimed: 'in float' },
      upgrade: toInputs(11, [
        { name: 'min', type: 'float' },
        { name: 'max', type: 'float' },
      ]),
    },
    LeakyRelu: { role: 'elementwise', work: 'elements', activation: fused, isHomogeneous: always },
    Sigmoid: {
      role: 'elementwise',
      work: 'elements',
      bounds: () => ({ low: 0, high: 1 }),
      activation: { ...fused, gates: 'Silu' },
    },
    HardSigmoid: { role: 'float', work: 'elements', activation: { ...fused, gates: 'HardSwish' } },
    ...each({ role: 'float', work: 'elements', activation: fused }, 'PRelu', 'Tanh', 'HardSwish'),
    ...each(FLOAT_BY_ELEMENTS, 'Elu', 'Selu', 'Celu', 'Gelu', 'Mish', 'Swish', 'Softplus', 'Softsign'),
    ...each(FLOAT_BY_ELEMENTS, 'ThresholdedRelu', 'Shrink'),
  },
};
