import { intAttribute } from '../onnx/attributes.js';
import { byConstants } from './binary.js';
import { each, type Family, FLOAT_BY_ELEMENTS } from './family.js';
import { type Upgrade, without } from './upgrade.js';

/** Versions before 9 stored whether the statistics are spatial; only that they are is still expressible. */
const upgrade: Upgrade = (node, from) =>
  from >= 9 || intAttribute(node, 'spatial', 1) === 1 ? without(node, 'spatial') : undefined;

/** Normalisation. */
export const norm: Family = {
  operators: {
    BatchNormalization: { role: 'float', work: 'elements', followers: ['clipping'], moves: byConstants, upgrade },
    ...each(FLOAT_BY_ELEMENTS, 'LayerNormalization', 'InstanceNormalization', 'GroupNormalization'),
    ...each(FLOAT_BY_ELEMENTS, 'RMSNormalization', 'LpNormalization', 'MeanVarianceNormalization', 'LRN'),
  },
};
