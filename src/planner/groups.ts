import { type Model, residentBytes } from './model.js';
import { crossingTensors } from './relax.js';

/** Everything that is decided together for a fixed cut: a layer with the tensors whose encoding hangs on its bits, or one tensor. */
export interface Choice {
  seconds: number;
  weights: number;
  error: number;
  /** Activation bits of the layer, 0 for a tensor alone. */
  bits: number;
  /** Largest tensor made, in bytes. */
  bytes: number;
  option: number;
  wires: [tensor: number, wire: number][];
}

export interface Group {
  /** -1 for a tensor alone. */
  layer: number;
  /** Cheapest first. */
  choices: Choice[];
}

/** The groups of a fixed cut, and what is paid whatever they choose. Undefined where the cut cannot be sent. */
export interface CutGroups {
  groups: Group[];
  fixed: { seconds: number; error: number };
}

export function groupsOfCut(model: Model, edge: Uint8Array): CutGroups | undefined {
  const { optionStart } = model;
  const crossing = crossingTensors(model, edge);
  const groups: Group[] = [];
  let seconds = model.constantSeconds;
  let error = 0;
  for (let l = 0; l < model.layerCount; l++) {
    if (!edge[l]) {
      seconds += model.cloudSeconds[l];
      error += model.cloudError[l];
      continue;
    }
    const sentAlong = model.outputs[l].filter((t) => crossing[t] && model.coupled[t]);
    const choices: Choice[] = [];
    for (let o = optionStart[l]; o < optionStart[l + 1]; o++) {
      const alone: Choice = {
        seconds: model.optionSeconds[o],
        weights: model.optionWeights[o],
        error: model.optionError[o],
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
    groups.push({ layer: l, choices: sentAlong.length > 0 ? strike(choices) : choices });
  }
  const nothing: Choice = { seconds: 0, weights: 0, error: 0, bits: 0, bytes: 0, option: -1, wires: [] };
  for (let t = 0; t < model.tensorCount; t++) {
    if (!crossing[t] || (model.coupled[t] && model.producer[t] >= 0)) continue;
    const ways = wiresAt(model, t, model.inputBits[t]);
    if (ways.length === 0) return undefined;
    groups.push({ layer: -1, choices: ways.map((w) => withWire(model, nothing, t, w)) });
  }
  if (seconds === Number.POSITIVE_INFINITY) return undefined;
  return { groups, fixed: { seconds, error } };
}

function wiresAt(model: Model, t: number, bits: number): number[] {
  const ways: number[] = [];
  for (let w = model.wireStart[t]; w < model.wireStart[t + 1]; w++) {
    if (model.wireBits[w] === 0 || model.wireBits[w] === bits) ways.push(w);
  }
  return ways;
}

function withWire(model: Model, choice: Choice, t: number, w: number): Choice {
  return {
    ...choice,
    seconds: choice.seconds + model.wireSeconds[w],
    error: choice.error + model.wireError[w],
    wires: [...choice.wires, [t, w]],
  };
}

/** Drops what another choice beats in everything. */
function strike(choices: Choice[]): Choice[] {
  const sorted = [...choices].sort((a, b) => a.seconds - b.seconds || a.weights - b.weights || a.bits - b.bits || a.error - b.error);
  return sorted.filter((x, i) => !sorted.slice(0, i).some((y) => y.weights <= x.weights && y.bits <= x.bits && y.error <= x.error));
}
