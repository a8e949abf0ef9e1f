import { intAttribute } from '../onnx/attributes.js';
import { int } from '../onnx/build.js';
import { each, type Family } from './family.js';
import { type Upgrade, withAttribute } from './upgrade.js';

/** Before 13 everything from `axis` on was normalised together; the same where all behind that axis has one element. */
const upgrade: Upgrade = (node, from, context) => {
  if (from >= 13) return node;
  const dims = context.dims(node.inputs[0]);
  const axis = intAttribute(node, 'axis', 1);
  const at = axis < 0 ? axis + (dims?.length ?? 0) : axis;
  return dims?.slice(at + 1).every((dim) => dim === 1) ? withAttribute(node, 'axis', int(at)) : undefined;
};

/** Scores as probabilities. */
export const softmax: Family = {
  operators: each({ role: 'float', work: 'elements', upgrade }, 'Softmax', 'LogSoftmax', 'Hardmax'),
};
