import type { PlanningProblem } from '../../src/planner/problem.js';

export interface Tried {
  seconds: number;
  /** Of the layers on the edge, of the link, of the layers in the cloud. */
  parts: { edge: number; link: number; cloud: number };
  joules: number;
  dollars: number;
  memory: number;
  error: number;
}

/** Every plan that the problem's structure allows, priced without any code of the planner. Limits are left to the caller. */
export function everyPlan(problem: PlanningProblem, visit: (plan: Tried) => void): void {
  const { layers, tensors } = problem;
  const count = layers.length;
  for (let mask = 0; mask < 2 ** count; mask++) {
    const edge = layers.map((_, i) => (mask >> i) % 2 === 1);
    if (isAllowed(problem, edge)) everyChoice(problem, edge, visit);
  }

  function isAllowed({ cuts, pinned }: PlanningProblem, edge: boolean[]): boolean {
    for (let i = 0; i < count; i++) {
      const { placement, options, inputs } = layers[i];
      if (edge[i] && (placement === 'cloud' || options.length === 0)) return false;
      if (!edge[i] && placement === 'edge') return false;
      if (edge[i] && inputs.some((t) => tensors[t].producer >= 0 && !edge[tensors[t].producer])) return false;
      if (cuts === 'prefixes' && edge[i] && i > 0 && !edge[i - 1]) return false;
    }
    if (!pinned) return true;
    if ('decision' in pinned) return edge.every((on) => on === (pinned.decision === 'edge-only'));
    const wanted = new Set(pinned.crossing);
    return tensors.every((_, t) => crosses(problem, edge, t) === wanted.has(t));
  }
}

function crosses({ layers, tensors, deliver }: PlanningProblem, edge: boolean[], t: number): boolean {
  const { producer, isOutput, availableFrom } = tensors[t];
  const there = (producer < 0 || edge[producer]) && (availableFrom === undefined || edge[availableFrom]);
  return there && ((deliver === 'cloud' && isOutput) || layers.some(({ inputs }, i) => !edge[i] && inputs.includes(t)));
}

function everyChoice(problem: PlanningProblem, edge: boolean[], visit: (plan: Tried) => void): void {
  const { layers, tensors, link, deliver, rates = {} } = problem;
  const sent = tensors.map((_, t) => t).filter((t) => crosses(problem, edge, t));
  const returned = deliver === 'edge' ? tensors.filter(({ isOutput, producer }) => isOutput && producer >= 0 && !edge[producer]) : [];
  const travels = sent.length + returned.length > 0;
  const down = returned.reduce((sum, { downlinkBytes }) => sum + (downlinkBytes ?? 0), 0);
  let cloud = 0;
  let fixedError = 0;
  layers.forEach((layer, i) => {
    if (edge[i]) return;
    cloud += layer.cloudSeconds;
    fixedError += layer.cloudError ?? 0;
  });

  const bits = new Array<number>(layers.length).fill(0);
  const chooseLayer = (i: number, seconds: number, joules: number, weights: number, error: number) => {
    if (i === layers.length) {
      chooseWire(0, seconds, joules, weights + peak(problem, edge, bits, sent), 0, error);
      return;
    }
    if (!edge[i]) return chooseLayer(i + 1, seconds, joules, weights, error);
    for (const option of layers[i].options) {
      bits[i] = option.activationBits;
      chooseLayer(i + 1, seconds + option.seconds, joules + (option.joules ?? 0), weights + option.weightBytes, error + option.error);
    }
  };
  const chooseWire = (k: number, seconds: number, joules: number, memory: number, up: number, error: number) => {
    if (k === sent.length) {
      const transfer = travels ? link.fixedSeconds + up * link.secondsPerByteUp + down * link.secondsPerByteDown : 0;
      const radio = travels ? (link.fixedJoules ?? 0) + up * (link.joulesPerByteUp ?? 0) + down * (link.joulesPerByteDown ?? 0) : 0;
      const total = seconds + transfer + cloud;
      visit({
        seconds: total,
        parts: { edge: seconds, link: transfer, cloud },
        joules: joules + radio + total * (rates.idleWatts ?? 0),
        dollars: cloud * (rates.cloudDollarsPerSecond ?? 0) + up * (rates.dollarsPerByteUp ?? 0) + down * (rates.dollarsPerByteDown ?? 0),
        memory,
        error,
      });
      return;
    }
    const tensor = tensors[sent[k]];
    const has = tensor.producer < 0 ? (tensor.inputBits ?? 32) : bits[tensor.producer];
    for (const wire of tensor.wire) {
      if (wire.activationBits !== undefined && wire.activationBits !== has) continue;
      chooseWire(k + 1, seconds, joules, memory, up + wire.bytes, error + wire.error);
    }
  };
  chooseLayer(0, 0, 0, 0, fixedError);
}

/** Walks the edge layers one by one and adds up what is alive as each of them runs. */
function peak({ layers, tensors, activationMemory }: PlanningProblem, edge: boolean[], bits: number[], sent: number[]): number {
  if (!edge.includes(true)) return 0;
  const size = (t: number) =>
    Math.ceil((tensors[t].elements * (tensors[t].producer < 0 ? (tensors[t].inputBits ?? 32) : bits[tensors[t].producer])) / 8);
  const exists = (t: number, step: number) => {
    const { producer, availableFrom } = tensors[t];
    if (producer >= 0 && (!edge[producer] || producer > step)) return false;
    return availableFrom === undefined || (edge[availableFrom] && availableFrom <= step);
  };
  let most = 0;
  for (let step = 0; step < layers.length; step++) {
    if (!edge[step]) continue;
    let alive = 0;
    tensors.forEach((tensor, t) => {
      if (!exists(t, activationMemory === 'largest' ? layers.length : step)) return;
      const readNowOrLater = layers.some(({ inputs }, i) => edge[i] && i >= step && inputs.includes(t));
      const readOnEdge = layers.some(({ inputs }, i) => edge[i] && inputs.includes(t));
      const madeNow = (tensor.availableFrom ?? tensor.producer) === step;
      const keptToEnd = sent.includes(t) || (tensor.isOutput && (tensor.producer >= 0 || readOnEdge));
      if (activationMemory === 'largest') most = Math.max(most, size(t));
      else if (readNowOrLater || madeNow || keptToEnd) alive += size(t);
    });
    most = Math.max(most, alive);
  }
  return most;
}
