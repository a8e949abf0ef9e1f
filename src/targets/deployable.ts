import { aboutCloud, aboutEdge } from './index.js';

/** A device, with the targets that run on it. */
interface Device {
  title: string;
  /** Undefined for devices of the user's own: it is not known what runs there. */
  targets?: readonly string[];
  /** The runtime that the device needs, where no target of autosplit runs on it. */
  needs?: string;
}

/**
 * Says, as a clause, why the side of an edge target does not run on a device.
 * @returns undefined where it runs there, or where that is unknown: targets of others, devices without a preset
 */
export function whyNotOnEdge({ title, targets, needs }: Device, target: string): string | undefined {
  const about = aboutEdge(target);
  if (!about?.isModel && (!about || targets === undefined || targets.includes(target))) return undefined;
  const others = (targets ?? []).filter((name) => !aboutEdge(name)?.isModel);
  const instead =
    others.length > 0
      ? `set \`edge.target\` to ${others.join(' or ')}`
      : `${needs === undefined ? '' : `it needs ${needs}; `}a target of your own can generate for it (docs/extending.md)`;
  const what = about.isModel
    ? 'the edge side is for trying the split in Node.js and does not run'
    : `${target} does not run`;
  return `${what} on ${title}: ${instead}`;
}

/**
 * Says, as a clause, why the server of a cloud target does not compute on the planned hardware.
 * @returns undefined where it does, or where that is unknown
 */
export function whyNotInCloud(
  { title, targets, precision }: Device & { precision?: string },
  target: string,
): string | undefined {
  const about = aboutCloud(target);
  if (!about || targets === undefined || targets.includes(target)) return undefined;
  return `the prediction is for ${title}${precision === undefined ? '' : ` in ${precision}`}; ${about.computes}`;
}
