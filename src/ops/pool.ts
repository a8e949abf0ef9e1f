import { intAttribute, intsAttribute } from '../onnx/attributes.js';
import type { Node } from '../onnx/graph.js';
import { always, each, type Family, FLOAT_BY_ELEMENTS } from './family.js';
import { lastTwo, type Work } from './work.js';

function windowed(node: Node): Work {
  const kernel = intsAttribute(node, 'kernel_shape');
  const [kernelHeight, kernelWidth] = lastTwo(kernel);
  const [strideHeight, strideWidth] = lastTwo(
    intsAttribute(
      node,
      'strides',
      kernel.map(() => 1),
    ),
  );
  return { macs: 0, pool: { kernelHeight, kernelWidth, strideHeight, strideWidth } };
}

const followers = ['clipping'] as const;
const hasOneOutput = (node: Node) => node.outputs.length === 1;

/** Pooling. */
export const pool: Family = {
  operators: {
    MaxPool: {
      // The uint8 kernel gives no indices.
      role: (node) => (hasOneOutput(node) ? 'through' : 'float'),
      work: windowed,
      followers,
      isHomogeneous: hasOneOutput,
    },
    AveragePool: {
      // QLinearAveragePool has no ceil_mode.
      role: (node) => (intAttribute(node, 'ceil_mode', 0) === 0 ? 'elementwise' : 'float'),
      work: windowed,
      followers,
      isHomogeneous: always,
    },
    LpPool: { role: 'float', work: windowed, followers },
    GlobalAveragePool: { role: 'elementwise', work: 'elements', followers, isHomogeneous: always },
    GlobalMaxPool: { role: 'float', work: 'elements', followers, isHomogeneous: always },
    ...each(FLOAT_BY_ELEMENTS, 'GlobalLpPool', 'MaxRoiPool', 'MaxUnpool', 'RoiAlign'),
  },
};
