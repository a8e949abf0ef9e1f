import { type Model, residentBytes } from '../core/model.js';
import { crossingTensors } from '../relaxation/column.js';

/** One way to decide a group. */
export interface Choice {
  /** Activation bits of the layer, 0 for a tensor alone. */
  bits: number;
  /** Largest tensor made, in bytes. */
  bytes: number;
  option: number;
  wires: [tensor: number, wire: number][];
}

/**
 * What is decided together for a fixed cut: a layer with the tensors whose wire options depend on its bits, or a tensor
 * alone.
 */
export interface Group {
  /** -1 for a tensor alone. */
  layer: number;
  /** Cheapest first. */
  choices: Choice[];
  /** Per choice. */
  cost: Float64Array;
  weights: Float64Array;
  /** Per resource of the model, per choice. */
  used: Float64Array[];
}

/** The groups of a fixed cut, and what is paid whatever they choose. */
export interface CutGroups {
  groups: Group[];
  fixed: { cost: number; used: Float64Array };
}

/** A choice while its group is put together. */
interface Priced extends Choice {
  cost: number;
  weights: number;
  used: number[];
}

export function groupsOfCut(model: Model, edge: Uint8Array): CutGroups | undefined {
  const { optionStart, resources } = model;
  const crossing = crossingTensors(model, edge);
  const groups: Group[] = [];
  let cost = model.constantCost;
  const used = Float64Array.from(resources, ({ constant }) => constant);
  for (let l = 0; l < model.layerCount; l++) {
    if (!edge[l]) {
      cost += model.cloudCost[l];
      resources.forEach(({ cloud }, k) => {
        used[k] += cloud[l];
      });
      continue;
    }
    const sentAlong = model.outputs[l].filter((t) => crossing[t] && model.coupled[t]);
    const choices: Priced[] = [];
    for (let o = optionStart[l]; o < optionStart[l + 1]; o++) {
      const alone: Priced = {
        cost: model.optionCost[o],
        weights: model.optionWeights[o],
        used: resources.map(({ option }) => option[o]),
        bits: model.optionBits[o],
        bytes: model.outputs[l].reduce((most, t) => Math.max(most, residentBytes(model, t, o)), 0),
        option: o,
        wires: [],
      };
      let sent = [alone];
      for (const t of sentAlong) {
        const ways = wiresAt(model, t, model.optionBits[o]);
        sent = sent.flatMap((choice) => ways.map((w) => withWire(model, choice, t, w)));
      }
      choices.push(...sent);
    }
    if (choices.length === 0) return undefined;
    groups.push(groupOf(l, sentAlong.length > 0 ? dropDominated(choices) : choices, resources.length));
  }
  const nothing: Priced = {
    cost: 0,
    weights: 0,
    used: resources.map(() => 0),
    bits: 0,
    bytes: 0,
    option: -1,
    wires: [],
  };
  for (let t = 0; t < model.tensorCount; t++) {
    if (!crossing[t] || (model.coupled[t] && model.producer[t] >= 0)) continue;
    const ways = wiresAt(model, t, model.inputBits[t]);
    if (ways.length === 0) return undefined;
    const choices = ways.map((w) => withWire(model, nothing, t, w));
    groups.push(groupOf(-1, choices, resources.length));
  }
  if (cost === Number.POSITIVE_INFINITY) return undefined;
  return { groups, fixed: { cost, used } };
}

function groupOf(layer: number, priced: Priced[], resources: number): Group {
  return {
    layer,
    choices: priced.map(({ bits, bytes, option, wires }) => ({ bits, bytes, option, wires })),
    cost: Float64Array.from(priced, ({ cost }) => cost),
    weights: Float64Array.from(priced, ({ weights }) => weights),
    used: Array.from({ length: resources }, (_, k) => Float64Array.from(priced, ({ used }) => used[k])),
  };
}

function wiresAt(model: Model, t: number, bits: number): number[] {
  const ways: number[] = [];
  for (let w = model.wireStart[t]; w < model.wireStart[t + 1]; w++) {
    if (model.wireBits[w] === 0 || model.wireBits[w] === bits) ways.push(w);
  }
  return ways;
}

function withWire({ wireCost, resources }: Model, choice: Priced, t: number, w: number): Priced {
  return {
    ...choice,
    cost: choice.cost + wireCost[w],
    used: choice.used.map((amount, k) => amount + resources[k].wire[w]),
    wires: [...choice.wires, [t, w]],
  };
}

/** Drops choices that another one dominates. */
function dropDominated(choices: Priced[]): Priced[] {
  const lexical = (x: Priced, y: Priced) =>
    x.used.map((amount, k) => amount - y.used[k]).find((difference) => difference !== 0) ?? 0;
  const sorted = [...choices].sort(
    (a, b) => a.cost - b.cost || a.weights - b.weights || a.bits - b.bits || lexical(a, b),
  );
  return sorted.filter(
    (x, i) =>
      !sorted
        .slice(0, i)
        .some((y) => y.weights <= x.weights && y.bits <= x.bits && y.used.every((amount, k) => amount <= x.used[k])),
  );
}
