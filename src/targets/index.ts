/**
 * What bundles run on, a folder each: abilities.ts says what the target can do, its index.ts makes the files of its
 * side. side.ts and target.ts are the contract, which targets of other packages implement too. This file lists the
 * built-in ones.
 */

import { AutosplitError } from '../util/error.js';
import { ACTIVATION_BITS, type CloudAbilities, type EdgeAbilities } from './abilities.js';
import { node } from './node/abilities.js';
import { onnxruntimeNode } from './onnxruntime-node/abilities.js';
import { onnxruntimeWeb } from './onnxruntime-web/abilities.js';
import { simulated } from './simulated/abilities.js';

/** Names of the targets that come with autosplit, those of each side. */
export const BUILT_IN: Readonly<Record<'edge' | 'cloud', readonly string[]>> = {
  edge: [onnxruntimeNode.name, onnxruntimeWeb.name, simulated.name],
  cloud: [node.name],
};

const kindOf = (encoding: string) => encoding.replace(/:.*/, '');

/** True for an encoding that the edge writes and the cloud undoes. */
export const isShared = (encoding: string, edge: EdgeAbilities, cloud: CloudAbilities): boolean =>
  encoding === 'raw' || (edge.encodings.includes(kindOf(encoding)) && cloud.encodings.includes(kindOf(encoding)));

/** Throws TARGET_INVALID where the encoding that the config names for the input is not one that both targets have. */
export function refuseEncoding(encoding: string, edge: EdgeAbilities, cloud: CloudAbilities): void {
  if (encoding === 'auto' || isShared(encoding, edge, cloud)) return;
  const unable = edge.encodings.includes(kindOf(encoding)) ? cloud : edge;
  throw new AutosplitError('TARGET_INVALID', `input.encoding: the target ${unable.name} has no ${kindOf(encoding)}`, {
    hint: `${unable.name} has ${['raw', ...unable.encodings].join(', ')}`,
  });
}

/** Bit-widths that the device and the target both have. Throws TARGET_INVALID where they share none. */
export function sharedBits<T extends { weights: readonly number[]; activations: readonly number[] }>(
  device: T,
  target: EdgeAbilities,
): T {
  const weights = device.weights.filter((bits) => target.weightBits.includes(bits));
  const activations = device.activations.filter((bits) => ACTIVATION_BITS.includes(bits));
  for (const [what, shared, able] of [
    ['weights', weights, target.weightBits],
    ['activations', activations, ACTIVATION_BITS],
  ] as const)
    if (shared.length === 0)
      throw new AutosplitError(
        'TARGET_INVALID',
        `edge.bits.${what}: the target ${target.name} has none of these bit-widths`,
        {
          hint: `${target.name} has ${able.join(', ')} bits for ${what}`,
        },
      );
  return { ...device, weights, activations };
}
