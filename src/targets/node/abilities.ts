import { type CloudAbilities, ENCODINGS } from '../abilities.js';

/** onnxruntime in a Node.js server. */
export const node: CloudAbilities = {
  name: 'node',
  side: 'cloud',
  description: 'Node.js server with onnxruntime, Open Inference Protocol v2',
  encodings: ENCODINGS,
};
