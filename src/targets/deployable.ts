import { aboutCloud, aboutEdge } from './index.js';

/** What a device states of the targets that run on it. */
interface Device {
  title: string;
  /** Undefined where that is not known: a device of the user's own. */
  targets?: readonly string[];
  /** What runs models there in place of a target of autosplit. */
  needs?: string;
}

/**
 * Why what an edge target generates does not run on a device, as a clause.
 * @returns undefined where it runs there, or where nothing is known against it: targets of others, devices without a
 * preset
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
 * Why a cloud target starts other hardware than what was planned with; undefined where it does not, or where that is
 * not known.
 */
export function whyNotInCloud(
  { title, targets, precision }: Device & { precision?: string },
  target: string,
): string | undefined {
  const about = aboutCloud(target);
  if (!about || targets === undefined || targets.includes(target)) return undefined;
  return `the prediction is for ${title}${precision === undefined ? '' : ` in ${precision}`}; ${about.computes}`;
}
