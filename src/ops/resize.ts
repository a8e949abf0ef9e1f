import { stringAttribute } from '../onnx/attributes.js';
import type { Node } from '../onnx/graph.js';
import { type Family, FLOAT_BY_ELEMENTS } from './family.js';
import type { Upgrade } from './upgrade.js';

const isNearest = (node: Node) => stringAttribute(node, 'mode', 'nearest') === 'nearest';

/** Upsample became Resize with the same scales; nearest was asymmetric and rounded down. */
function asResize(node: Node): Node {
  const attributes = new Map(node.attributes)
    .set('coordinate_transformation_mode', { type: 'string', value: 'asymmetric' } as const)
    .set('nearest_mode', { type: 'string', value: 'floor' } as const);
  return { ...node, op: 'Resize', inputs: [node.inputs[0], '', node.inputs[1]], attributes };
}

const upgradeUpsample: Upgrade = (node, from) => (from < 9 ? undefined : asResize(node));
const upgradeResize: Upgrade = (node, from) => (from >= 11 ? node : asResize(node));

/** Pictures in another size. */
export const resize: Family = {
  operators: {
    Resize: {
      role: (node) => (isNearest(node) && node.inputs[1] !== undefined ? 'through' : 'float'),
      work: 'elements',
      moves: isNearest,
      upgrade: upgradeResize,
    },
    Upsample: { role: 'float', work: 'elements', moves: isNearest, upgrade: upgradeUpsample },
    GridSample: FLOAT_BY_ELEMENTS,
    AffineGrid: FLOAT_BY_ELEMENTS,
  },
};
