import { AutosplitError } from '../util/error.js';
import type { CloudTarget, EdgeTarget } from './edge-target.js';
import { onnxruntimeNode } from './onnxruntime-node.js';
import { onnxruntimeWeb } from './onnxruntime-web.js';

const node: CloudTarget = {
  name: 'node',
  side: 'cloud',
  description: 'Node.js server with onnxruntime, Open Inference Protocol v2',
  encodings: ['deflate', 'brotli', 'arithmetic', 'png', 'jpeg', 'webp'],
};

const EDGE_TARGETS: readonly EdgeTarget[] = [onnxruntimeNode, onnxruntimeWeb];
const CLOUD_TARGETS: readonly CloudTarget[] = [node];

/** The edge target of that name; throws TARGET_INVALID naming those there are. */
export const edgeTarget = (name: string): EdgeTarget => find(EDGE_TARGETS, name, 'edge');

/** The cloud target of that name; throws TARGET_INVALID naming those there are. */
export const cloudTarget = (name: string): CloudTarget => find(CLOUD_TARGETS, name, 'cloud');

const kindOf = (encoding: string) => encoding.replace(/:.*/, '');

/** True for an encoding that the edge writes and the cloud undoes. */
export const isShared = (encoding: string, edge: EdgeTarget, cloud: CloudTarget): boolean =>
  encoding === 'raw' || (edge.encodings.includes(kindOf(encoding)) && cloud.encodings.includes(kindOf(encoding)));

/** Throws TARGET_INVALID where the encoding that the config names for the input is not one that both targets have. */
export function refuseEncoding(encoding: string, edge: EdgeTarget, cloud: CloudTarget): void {
  if (encoding === 'auto' || isShared(encoding, edge, cloud)) return;
  const unable = edge.encodings.includes(kindOf(encoding)) ? cloud : edge;
  throw new AutosplitError('TARGET_INVALID', `input.encoding: the target ${unable.name} has no ${kindOf(encoding)}`, {
    hint: `${unable.name} has raw, ${unable.encodings.join(', ')}`,
  });
}

/** Bit-widths that the device and the target both have. Throws TARGET_INVALID where they share none. */
export function sharedBits<T extends { weights: readonly number[]; activations: readonly number[] }>(device: T, target: EdgeTarget): T {
  const weights = device.weights.filter((bits) => target.weightBits.includes(bits));
  const activations = device.activations.filter((bits) => target.activationBits.includes(bits));
  for (const [what, shared, able] of [
    ['weights', weights, target.weightBits],
    ['activations', activations, target.activationBits],
  ] as const)
    if (shared.length === 0)
      throw new AutosplitError('TARGET_INVALID', `edge.bits.${what}: the target ${target.name} has none of these bit-widths`, {
        hint: `${target.name} has ${able.join(', ')} bits for ${what}`,
      });
  return { ...device, weights, activations };
}

function find<T extends { name: string }>(targets: readonly T[], name: string, side: string): T {
  const target = targets.find((candidate) => candidate.name === name);
  if (target) return target;
  throw new AutosplitError('TARGET_INVALID', `there is no ${side} target "${name}"`, {
    hint: `targets of the ${side} side: ${targets.map((candidate) => candidate.name).join(', ')}`,
  });
}
