import type { Group } from './groups.js';

/** A part of the selections for a cut: some groups are decided, the others may take some of their choices. */
export interface CutNode {
  /** Choice of every decided group; anything for the others. */
  decided: Int32Array;
  /** Groups still open, and what each may take: at least two choices. */
  open: number[];
  allowed: Int32Array[];
  /** What the decided groups take together. */
  cost: number;
  weights: number;
  /** Per resource of the model. */
  used: Float64Array;
  /** A peak of activations, in bytes, that is known to be reached. */
  floor: number;
  /** No selection of this part costs less. */
  bound: number;
}

export function rootNode(groups: Group[], resources: number): CutNode {
  const node: CutNode = {
    decided: new Int32Array(groups.length),
    open: groups.map((_, g) => g),
    allowed: groups.map(({ choices }) => Int32Array.from(choices, (_, c) => c)),
    cost: 0,
    weights: 0,
    used: new Float64Array(resources),
    floor: 0,
    bound: Number.NEGATIVE_INFINITY,
  };
  return narrow(groups, node, () => true) ?? node;
}

/** The part of a node in which open groups take only choices that are kept; undefined where one has none left. */
export function narrow(groups: Group[], node: CutNode, keeps: (g: number, c: number) => boolean): CutNode | undefined {
  const narrowed: CutNode = { ...node, open: [], allowed: [] };
  for (let k = 0; k < node.open.length; k++) {
    const g = node.open[k];
    const list = node.allowed[k].filter((c) => keeps(g, c));
    if (list.length === 0) return undefined;
    if (list.length > 1) {
      narrowed.open.push(g);
      narrowed.allowed.push(list);
      continue;
    }
    if (narrowed.decided === node.decided) {
      narrowed.decided = node.decided.slice();
      narrowed.used = node.used.slice();
    }
    const [c] = list;
    narrowed.decided[g] = c;
    narrowed.cost += groups[g].cost[c];
    narrowed.weights += groups[g].weights[c];
    for (let k = 0; k < narrowed.used.length; k++) narrowed.used[k] += groups[g].used[k][c];
  }
  return narrowed;
}

/** The choice of every group, given those of the open ones in their order. */
export function expand(node: CutNode, choice: Int32Array): Int32Array {
  const whole = node.decided.slice();
  node.open.forEach((g, k) => {
    whole[g] = choice[k];
  });
  return whole;
}

/** The selection of the node with the fewest activation bits everywhere. */
export function fewestBits(groups: Group[], node: CutNode): Int32Array {
  const whole = node.decided.slice();
  node.open.forEach((g, k) => {
    whole[g] = least(node.allowed[k], (c) => groups[g].choices[c].bits);
  });
  return whole;
}

/**
 * Branches on the group whose choices in the mix behind a bound differ most in cost: it takes the cheaper or the
 * costlier ones.
 */
export function splitByMix(groups: Group[], node: CutNode, mix: { choice: Int32Array }[]): CutNode[] {
  let split = -1;
  let most = 0;
  let middle = 0;
  node.open.forEach((g, k) => {
    let cheapest = Number.POSITIVE_INFINITY;
    let costliest = 0;
    for (const { choice } of mix) {
      const cost = groups[g].cost[choice[k]];
      if (cost < cheapest) cheapest = cost;
      if (cost > costliest) costliest = cost;
    }
    if (!(costliest - cheapest > most)) return;
    most = costliest - cheapest;
    split = g;
    middle = (cheapest + costliest) / 2;
    // Neighbouring floating-point numbers have no middle.
    if (middle >= costliest) middle = cheapest;
  });
  return split < 0 ? [] : halves(groups, node, split, (c) => groups[split].cost[c] <= middle);
}

/**
 * Branches on the largest tensor: all stay within a cap, or the peak is at least the next size above it. `reached` is
 * above `peak`.
 */
export function splitByCap(groups: Group[], node: CutNode, peak: number, reached: number): CutNode[] {
  const sizes = new Set<number>([peak]);
  node.open.forEach((g, k) => {
    for (const c of node.allowed[k]) {
      const { bytes } = groups[g].choices[c];
      if (bytes > peak && bytes <= reached) sizes.add(bytes);
    }
  });
  const sorted = [...sizes].sort((a, b) => a - b);
  const middle = (sorted.length - 2) >> 1;
  const capped = narrow(groups, node, (g, c) => groups[g].choices[c].bytes <= sorted[middle]);
  return [...(capped ? [capped] : []), { ...node, floor: sorted[middle + 1] }];
}

/**
 * Branches such that a selection over the memory limit is in no child as it is: the layer furthest above its fewest
 * bytes in a memory row has fewer bits than chosen, or at least as many. Where none is above, the same with weights.
 *
 * @param bytesOf bytes that a choice of a group adds to the row
 */
export function splitByBytes(
  groups: Group[],
  node: CutNode,
  choice: Int32Array,
  bytesOf: (g: number, c: number) => number,
): CutNode[] {
  const byBits = largestExcess(node, choice, bytesOf);
  if (byBits >= 0) {
    const { bits } = groups[byBits].choices[choice[byBits]];
    return halves(groups, node, byBits, (c) => groups[byBits].choices[c].bits < bits);
  }
  return splitByUse(groups, node, choice, (g, c) => groups[g].weights[c]);
}

/**
 * Branches where a selection uses too much of a resource: the group furthest above its least use takes less than
 * chosen, or at least as much. No child where every group is at its least.
 */
export function splitByUse(
  groups: Group[],
  node: CutNode,
  choice: Int32Array,
  useOf: (g: number, c: number) => number,
): CutNode[] {
  const split = largestExcess(node, choice, useOf);
  if (split < 0) return [];
  const chosen = useOf(split, choice[split]);
  return halves(groups, node, split, (c) => useOf(split, c) < chosen);
}

/** The open group whose choice is furthest above its least, -1 where none is. */
function largestExcess(node: CutNode, choice: Int32Array, amount: (g: number, c: number) => number): number {
  let group = -1;
  let most = 0;
  node.open.forEach((g, k) => {
    const excess =
      amount(g, choice[g]) -
      amount(
        g,
        least(node.allowed[k], (c) => amount(g, c)),
      );
    if (excess > most) {
      most = excess;
      group = g;
    }
  });
  return group;
}

/** Two children that share out the choices of one group. */
function halves(groups: Group[], node: CutNode, split: number, isFirst: (c: number) => boolean): CutNode[] {
  const half = (side: boolean) => narrow(groups, node, (g, c) => g !== split || isFirst(c) === side);
  return [half(true), half(false)].filter((part) => part !== undefined);
}

function least(list: Int32Array, amount: (c: number) => number): number {
  return list.reduce((best, c) => (amount(c) < amount(best) ? c : best), list[0]);
}
