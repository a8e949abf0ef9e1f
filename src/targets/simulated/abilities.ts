import type { EdgeAbilities } from '../abilities.js';
import { onnxruntimeNode } from '../onnxruntime-node/abilities.js';

/**
 * A device that is modelled and that no bundle runs on, with the accounting of Auto-Split: weights stay packed, in
 * memory and on their way to compute. What is generated is the side of onnxruntime-node, so that the split can be run
 * and verified on any machine.
 */
export const simulated: EdgeAbilities = {
  ...onnxruntimeNode,
  name: 'simulated',
  description:
    'a modelled device that keeps weights packed; its side runs in Node.js to try the split, not on the device',
  weights: { held: 'packed', in: 'ram' },
};
