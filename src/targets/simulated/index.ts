import type { AboutEdge } from '../about.js';
import onnxruntimeNode from '../onnxruntime-node/index.js';
import { defineEdgeTarget } from '../target.js';

/**
 * A device that is modelled and that no bundle runs on, with the accounting of Auto-Split: weights stay packed, in
 * memory and on their way to compute. Its side is that of onnxruntime-node, so that the split can be run and verified
 * on any machine.
 */
const simulated = defineEdgeTarget({
  ...onnxruntimeNode,
  name: 'simulated',
  description:
    'a modelled device that keeps weights packed; its side runs in Node.js to try the split, not on the device',
  weights: { held: 'packed', in: 'ram' },
});
export default simulated;

export const about: AboutEdge = {
  runsOn: 'no device: a model of one, tried in Node.js',
  platform: 'node',
  isModel: true,
};
