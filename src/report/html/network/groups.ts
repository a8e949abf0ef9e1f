import type { PlanDocument } from '../../../documents/plan.js';

export type Layer = PlanDocument['layers'][number];

/** Layers that are drawn as one box. No path leaves a group and returns to it. */
export interface Group {
  /** Indices of the layers, ascending. */
  layers: number[];
  side: 'edge' | 'cloud';
}

/** The most that a readable drawing holds. Larger models are drawn in groups. */
export interface Readable {
  /** Layers with a box each. @default 60 */
  layers: number;
  /** Boxes of groups. @default 90 */
  boxes: number;
  /** Lines between boxes. @default 240 */
  lines: number;
}

const READABLE: Readable = { layers: 60, boxes: 90, lines: 240 };

/** Producers and consumers of layers. */
export interface Wiring {
  /** Indices of the layers that a layer reads from, and of those that read from it; unique, ascending. */
  before: number[][];
  after: number[][];
}

export function wiring(layers: readonly Layer[]): Wiring {
  const maker = new Map(layers.flatMap(({ outputs }, i) => outputs.map((tensor) => [tensor, i] as const)));
  const before = layers.map(({ inputs }) =>
    [...new Set(inputs.flatMap((tensor) => maker.get(tensor) ?? []))].sort((a, b) => a - b),
  );
  const after: number[][] = layers.map(() => []);
  before.forEach((list, i) => {
    for (const made of list) after[made].push(i);
  });
  return { before, after };
}

/**
 * The boxes of a drawing: single layers if there are few, else chains, else blocks that end in a single tensor, else
 * layers of similar depth. Layers at the cut stay single as long as the drawing is readable.
 */
export function groupsOf(layers: readonly Layer[], wires: Wiring, readable: Readable = READABLE): Group[] {
  const { before, after } = wires;
  const isReadable = (groups: readonly Group[], most: number) =>
    groups.length <= most && linesOf(groups, wires) <= readable.lines;
  const single = layers.map(({ placement }, i): Group => ({ layers: [i], side: placement }));
  if (isReadable(single, readable.layers)) return single;
  const atCut = new Set(
    before.flatMap((list, i) =>
      list.flatMap((made) => (layers[made].placement === layers[i].placement ? [] : [made, i])),
    ),
  );
  const chains = merged(single, (i) => {
    const [made] = before[i];
    const follows = before[i].length === 1 && after[made].length === 1 && !readsInput(layers, i);
    return follows && layers[made].placement === layers[i].placement && !atCut.has(i) && !atCut.has(made)
      ? made
      : undefined;
  });
  if (isReadable(chains, readable.boxes)) return chains;
  const blocks = byKey(layers, blockKeys(layers, before, atCut));
  if (isReadable(blocks, readable.boxes)) return blocks;
  let most = readable.boxes;
  let levels = byKey(layers, depthKeys(layers, before, most));
  for (; linesOf(levels, wires) > readable.lines && most > 4; levels = byKey(layers, depthKeys(layers, before, most)))
    most = Math.floor(most / 1.5);
  return levels;
}

/** Number of pairs of connected groups. */
export function linesOf(groups: readonly Group[], { before }: Wiring): number {
  const groupOf = new Map(groups.flatMap(({ layers }, g) => layers.map((i) => [i, g] as const)));
  const pairs = before.flatMap((list, i) =>
    list.map((made) => [groupOf.get(made), groupOf.get(i)]).filter(([from, to]) => from !== to),
  );
  return new Set(pairs.map(([from, to]) => `${from} ${to}`)).size;
}

function readsInput(layers: readonly Layer[], i: number): boolean {
  const made = new Set(layers.slice(0, i).flatMap(({ outputs }) => outputs));
  return layers[i].inputs.some((tensor) => !made.has(tensor));
}

/** Adds each layer to the group of the layer that `joins` returns, if any. */
function merged(single: readonly Group[], joins: (index: number) => number | undefined): Group[] {
  const groupOf: Group[] = [];
  return single.flatMap((group, i) => {
    const other = joins(i);
    if (other === undefined) {
      groupOf[i] = { ...group, layers: [...group.layers] };
      return [groupOf[i]];
    }
    groupOf[i] = groupOf[other];
    groupOf[i].layers.push(i);
    return [];
  });
}

/** Groups layers by key, in the order of their first layers. */
function byKey(layers: readonly Layer[], keys: readonly string[]): Group[] {
  const groups = new Map<string, Group>();
  keys.forEach((key, i) => {
    const group = groups.get(key);
    if (group) group.layers.push(i);
    else groups.set(key, { layers: [i], side: layers[i].placement });
  });
  return [...groups.values()];
}

/**
 * Keys by block. A block ends where later layers read a single layer. Layers of a block that the cut divides stay
 * single.
 */
function blockKeys(layers: readonly Layer[], before: readonly number[][], atCut: ReadonlySet<number>): string[] {
  const lastReader = layers.map((_, i) => i);
  before.forEach((list, i) => {
    for (const made of list) lastReader[made] = i;
  });
  const made = new Set(layers.flatMap(({ outputs }) => outputs));
  const inputs = new Map(
    layers.flatMap((layer, i) =>
      layer.inputs.filter((tensor) => !made.has(tensor)).map((tensor) => [tensor, i] as const),
    ),
  );
  const block: number[] = [];
  let current = 0;
  for (let i = 0; i < layers.length; i++) {
    block.push(current);
    const open = [...lastReader.slice(0, i + 1), ...inputs.values()].filter((last) => last > i).length;
    if (open <= 1) current++;
  }
  const isCutThrough = new Set([...atCut].map((i) => block[i]));
  const sides = new Set(layers.map(({ placement }, i) => `${block[i]} ${placement}`));
  const isWhole = (b: number) => !isCutThrough.has(b) && !(sides.has(`${b} edge`) && sides.has(`${b} cloud`));
  return layers.map((_, i) => (isWhole(block[i]) ? `block ${block[i]}` : `layer ${i}`));
}

/** Keys by side and depth, the length of the longest path from the input, in at most about `most` groups. */
function depthKeys(layers: readonly Layer[], before: readonly number[][], most: number): string[] {
  const depth: number[] = [];
  for (const list of before) depth.push(1 + Math.max(0, ...list.map((made) => depth[made])));
  const step = Math.ceil((2 * Math.max(...depth)) / most);
  return layers.map(({ placement }, i) => `${placement} ${Math.floor(depth[i] / step)}`);
}
