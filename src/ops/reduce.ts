import { intAttribute } from '../onnx/attributes.js';
import { each, type Family, FLOAT_BY_ELEMENTS } from './family.js';
import { ints, toInputs, type Upgrade, without } from './upgrade.js';

const upgradeTopK: Upgrade = (node, from, context) => {
  if (from >= 10) return node;
  const k = intAttribute(node, 'k', 1);
  return {
    ...without(node, 'k'),
    inputs: [node.inputs[0], context.constant(`${node.outputs[0]}_k`, BigInt64Array.of(BigInt(k)), [1])],
  };
};

/** Sums, extremes and searches along axes. */
export const reduce: Family = {
  operators: {
    ReduceSum: { ...FLOAT_BY_ELEMENTS, upgrade: toInputs(13, [ints('axes')]) },
    ...each(FLOAT_BY_ELEMENTS, 'ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd', 'ReduceSumSquare'),
    ...each(FLOAT_BY_ELEMENTS, 'ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp'),
    ...each(FLOAT_BY_ELEMENTS, 'ArgMax', 'ArgMin', 'CumSum', 'CumProd'),
    TopK: { ...FLOAT_BY_ELEMENTS, upgrade: upgradeTopK },
    ...each(FLOAT_BY_ELEMENTS, 'NonMaxSuppression', 'NonZero', 'Unique'),
  },
};
