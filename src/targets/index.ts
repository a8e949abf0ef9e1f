/**
 * What bundles run on, a folder each: its index.ts states what the target can do and makes the files of its side, its
 * README.md is that of the side. side.ts and target.ts are the contract, which targets of other packages implement
 * too. `npm run types` lists the folders in registry.gen.ts; a new target is a new folder.
 */

import { codecName } from '../runtime/codecs/codec.js';
import { findCodec } from '../runtime/codecs/index.js';
import { AutosplitError } from '../util/error.js';
import type { AboutCloud, AboutEdge, BuiltIn, BuiltInCloud, BuiltInEdge } from './about.js';
import { ACTIVATION_BITS, type CloudCapabilities, type EdgeCapabilities } from './capabilities.js';
import { REGISTRY } from './registry.gen.js';
import type { CloudTarget, EdgeTarget } from './target.js';

const isEdge = (entry: BuiltIn): entry is BuiltInEdge => entry.default.side === 'edge';
const edges = REGISTRY.filter(isEdge);
const clouds = REGISTRY.filter((entry): entry is BuiltInCloud => !isEdge(entry));

/** The targets that come with autosplit. */
export const EDGE_TARGETS: readonly EdgeTarget[] = edges.map(({ default: target }) => target);
export const CLOUD_TARGETS: readonly CloudTarget[] = clouds.map(({ default: target }) => target);

/** Their names. */
export const BUILT_IN: Readonly<Record<'edge' | 'cloud', readonly string[]>> = {
  edge: EDGE_TARGETS.map(({ name }) => name),
  cloud: CLOUD_TARGETS.map(({ name }) => name),
};

/** Facts of a target of autosplit; undefined for targets of others. */
export const aboutEdge = (name: string): AboutEdge | undefined =>
  edges.find(({ default: target }) => target.name === name)?.about;
export const aboutCloud = (name: string): AboutCloud | undefined =>
  clouds.find(({ default: target }) => target.name === name)?.about;

/** The target that runs sides with these kernels whose own target does not say how to run them. */
export const referenceEdge = (kernels: EdgeCapabilities['kernels']): EdgeTarget =>
  theOne(
    `reference for ${kernels} kernels`,
    edges,
    (target, { isReference }) => isReference && target.kernels === kernels,
  );
/** The same for the cloud. */
export const referenceCloud = (): CloudTarget => theOne('reference server', clouds, (_, about) => about.isReference);
/** The target for devices that no other target runs on. */
export const modelTarget = (): EdgeTarget => theOne('modelled device', edges, (_, { isModel }) => isModel);

function theOne<T, A>(
  what: string,
  entries: readonly { default: T; about: A }[],
  isIt: (target: T, about: A) => boolean | undefined,
): T {
  const found = entries.filter(({ default: target, about }) => isIt(target, about));
  if (found.length !== 1) throw new Error(`src/targets has ${found.length} targets that are the ${what}, not one`);
  return found[0].default;
}

/** Whether the edge target writes an encoding and the cloud target decodes it. */
export const isShared = (encoding: string, edge: EdgeCapabilities, cloud: CloudCapabilities): boolean =>
  findCodec(encoding)?.form.travels === 'plain' ||
  (edge.encodings.includes(codecName(encoding)) && cloud.encodings.includes(codecName(encoding)));

/** Throws TARGET_INVALID where the encoding that the config names for the input is not one that both targets have. */
export function refuseEncoding(encoding: string, edge: EdgeCapabilities, cloud: CloudCapabilities): void {
  if (encoding === 'auto' || isShared(encoding, edge, cloud)) return;
  const unable = edge.encodings.includes(codecName(encoding)) ? cloud : edge;
  throw new AutosplitError(
    'TARGET_INVALID',
    `input.encoding: the target ${unable.name} has no ${codecName(encoding)}`,
    {
      hint: `${unable.name} has ${['raw', ...unable.encodings].join(', ')}`,
    },
  );
}

/** Bit-widths that the device and the target both have. Throws TARGET_INVALID where they share none. */
export function sharedBits<T extends { weights: readonly number[]; activations: readonly number[] }>(
  device: T,
  target: EdgeCapabilities,
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
