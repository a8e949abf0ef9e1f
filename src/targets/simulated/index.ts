import { onnxruntimeNodeTarget } from '../onnxruntime-node/index.js';
import { defineEdgeTarget } from '../target.js';
import { simulated } from './abilities.js';

/** The side of onnxruntime-node, planned as a device that keeps weights packed. */
export const simulatedTarget = defineEdgeTarget({
  ...simulated,
  files: onnxruntimeNodeTarget.files,
  run: onnxruntimeNodeTarget.run,
});
