import type { PlanningProblem } from '../../src/planner/core/problem.js';

/** What a plan, or the part of one that is chosen so far, takes. */
export interface Tried {
  seconds: number;
  /** Of edge, link and cloud. */
  parts: [edge: number, link: number, cloud: number];
  memory: number;
  error: number;
  joules: number;
  dollars: number;
  disk: number;
}

/**
 * Every plan that the problem's structure allows, priced without any code of the planner. Limits are left to the
 * caller, who may `skip` all plans that contain what is chosen so far: nothing that is chosen later makes any of its
 * numbers smaller.
 */
export function everyPlan(
  problem: PlanningProblem,
  visit: (plan: Tried) => void,
  skip: (part: Tried) => boolean = () => false,
): void {
  const { layers, tensors } = problem;
  const edge = layers.map(() => false);
  // Layers are in topological order, so a side for one after the other gives every closed set.
  const chooseSide = (i: number) => {
    if (i === layers.length) {
      if (isPinned()) everyChoice(problem, edge, visit, skip);
      return;
    }
    const { placement, options, inputs } = layers[i];
    const isReady = inputs.every((t) => tensors[t].producer < 0 || edge[tensors[t].producer]);
    const isNext = problem.cuts !== 'prefixes' || i === 0 || edge[i - 1];
    if (placement !== 'edge') chooseSide(i + 1);
    if (placement === 'cloud' || options.length === 0 || !isReady || !isNext) return;
    edge[i] = true;
    chooseSide(i + 1);
    edge[i] = false;
  };
  const isPinned = () => {
    const { pinned } = problem;
    if (!pinned) return true;
    if ('decision' in pinned) {
      if (pinned.decision === 'edge-only') return edge.every((on) => on);
      const isMixed = layers.some(({ moves }) => !moves);
      return edge.every((on, i) => !on || (isMixed && layers[i].moves));
    }
    const wanted = new Set(pinned.crossing);
    return tensors.every((_, t) => crosses(problem, edge, t) === wanted.has(t));
  };
  chooseSide(0);
}

/** The least of an objective that any plan within the limits has; infinite where there is none. */
export function leastByForce(problem: PlanningProblem): number {
  const {
    memoryBytes = Infinity,
    error = Infinity,
    latencySeconds = Infinity,
    energyJoules = Infinity,
    costDollars = Infinity,
    diskBytes = Infinity,
  } = problem.limits;
  const rounding = 1 + 1e-9;
  let best = Number.POSITIVE_INFINITY;
  const isOver = (plan: Tried) =>
    plan.memory > memoryBytes ||
    plan.error > error * rounding ||
    plan.seconds > latencySeconds * rounding ||
    plan.joules > energyJoules * rounding ||
    plan.dollars > costDollars * rounding ||
    plan.disk > diskBytes * rounding;
  everyPlan(
    problem,
    (plan) => {
      if (!isOver(plan)) best = Math.min(best, objectiveOf(problem, plan));
    },
    (part) => isOver(part) || objectiveOf(problem, part) >= best,
  );
  return best;
}

export function objectiveOf(
  { objective = 'latency' }: PlanningProblem,
  { seconds, parts, joules, dollars, error }: Tried,
): number {
  if (typeof objective === 'object')
    return (objective.latency ?? 0) * seconds + (objective.energy ?? 0) * joules + (objective.cost ?? 0) * dollars;
  return { latency: seconds, throughput: Math.max(...parts), energy: joules, cost: dollars, error }[objective];
}

function crosses({ layers, tensors, deliver }: PlanningProblem, edge: boolean[], t: number): boolean {
  const { producer, isOutput, availableFrom } = tensors[t];
  const there = (producer < 0 || edge[producer]) && (availableFrom === undefined || edge[availableFrom]);
  return there && ((deliver === 'cloud' && isOutput) || layers.some(({ inputs }, i) => !edge[i] && inputs.includes(t)));
}

function everyChoice(
  problem: PlanningProblem,
  edge: boolean[],
  visit: (plan: Tried) => void,
  skip: (part: Tried) => boolean,
): void {
  const { layers, tensors, link, rates = {}, deliver } = problem;
  const { idleWatts = 0, cloudDollarsPerSecond = 0, dollarsPerByteUp = 0, dollarsPerByteDown = 0 } = rates;
  const sent = tensors.map((_, t) => t).filter((t) => crosses(problem, edge, t));
  const returned =
    deliver === 'edge' ? tensors.filter(({ isOutput, producer }) => isOutput && producer >= 0 && !edge[producer]) : [];
  const travels = sent.length + returned.length > 0;
  const down = returned.reduce((sum, { downlinkBytes = 0 }) => sum + downlinkBytes, 0);
  const cloudLayers = layers.reduce((sum, { cloudSeconds }, i) => (edge[i] ? sum : sum + cloudSeconds), 0);
  const cloudError = layers.reduce((sum, layer, i) => (edge[i] ? sum : sum + (layer.cloudError ?? 0)), 0);
  const fixedLink = (travels ? link.fixedSeconds : 0) + down * link.secondsPerByteDown;
  const fixedRadio = (travels ? (link.fixedJoules ?? 0) : 0) + down * (link.joulesPerByteDown ?? 0);
  const bits = new Array<number>(layers.length).fill(0);
  const peak = peakOf(problem, edge, sent);

  interface Part {
    edgeSeconds: number;
    cloud: number;
    up: number;
    memory: number;
    error: number;
    layerJoules: number;
    disk: number;
  }
  const tried = ({ edgeSeconds, cloud, up, memory, error, layerJoules, disk }: Part): Tried => {
    const transfer = fixedLink + up * link.secondsPerByteUp;
    const seconds = edgeSeconds + transfer + cloud;
    return {
      seconds,
      parts: [edgeSeconds, transfer, cloud],
      memory,
      error,
      disk,
      joules: layerJoules + fixedRadio + up * (link.joulesPerByteUp ?? 0) + idleWatts * seconds,
      dollars: cloud * cloudDollarsPerSecond + down * dollarsPerByteDown + up * dollarsPerByteUp,
    };
  };
  const chooseLayer = (i: number, part: Part): void => {
    if (i === layers.length) {
      chooseWire(0, { ...part, memory: part.memory + peak(bits) });
      return;
    }
    if (!edge[i]) {
      chooseLayer(i + 1, part);
      return;
    }
    if (skip(tried(part))) return;
    for (const option of layers[i].options) {
      bits[i] = option.activationBits;
      chooseLayer(i + 1, {
        ...part,
        edgeSeconds: part.edgeSeconds + option.seconds,
        memory: part.memory + option.weightBytes,
        error: part.error + option.error,
        layerJoules: part.layerJoules + (option.joules ?? 0),
        disk: part.disk + (option.diskBytes ?? option.weightBytes),
      });
    }
  };
  const chooseWire = (k: number, part: Part): void => {
    const now = tried(part);
    if (k === sent.length) {
      visit(now);
      return;
    }
    if (skip(now)) return;
    const tensor = tensors[sent[k]];
    const has = tensor.producer < 0 ? (tensor.inputBits ?? 32) : bits[tensor.producer];
    for (const wire of tensor.wire) {
      if (wire.activationBits !== undefined && wire.activationBits !== has) continue;
      chooseWire(k + 1, {
        ...part,
        edgeSeconds: part.edgeSeconds + (wire.encodeSeconds ?? 0),
        cloud: part.cloud + (wire.decodeSeconds ?? 0),
        up: part.up + wire.bytes,
        error: part.error + wire.error,
      });
    }
  };
  chooseLayer(0, { edgeSeconds: 0, cloud: cloudLayers, up: 0, memory: 0, error: cloudError, layerJoules: 0, disk: 0 });
}

/**
 * Walks the edge layers one by one and notes what is alive as each of them runs; then the peak follows from the bits of
 * every layer.
 */
function peakOf(
  { layers, tensors, activationMemory }: PlanningProblem,
  edge: boolean[],
  sent: number[],
): (bits: number[]) => number {
  if (!edge.includes(true)) return () => 0;
  const size = (t: number, bits: number[]) =>
    Math.ceil(
      (tensors[t].elements * (tensors[t].producer < 0 ? (tensors[t].inputBits ?? 32) : bits[tensors[t].producer])) / 8,
    );
  const exists = (t: number, step: number) => {
    const { producer, availableFrom } = tensors[t];
    if (producer >= 0 && (!edge[producer] || producer > step)) return false;
    return availableFrom === undefined || (edge[availableFrom] && availableFrom <= step);
  };
  const together: number[][] = [];
  for (let step = 0; step < layers.length; step++) {
    if (!edge[step]) continue;
    const alive = tensors.flatMap((tensor, t) => {
      if (!exists(t, step)) return [];
      const readNowOrLater = layers.some(({ inputs }, i) => edge[i] && i >= step && inputs.includes(t));
      const readOnEdge = layers.some(({ inputs }, i) => edge[i] && inputs.includes(t));
      const madeNow = (tensor.availableFrom ?? tensor.producer) === step;
      const keptToEnd = sent.includes(t) || (tensor.isOutput && (tensor.producer >= 0 || readOnEdge));
      return readNowOrLater || madeNow || keptToEnd ? [t] : [];
    });
    together.push(alive);
  }
  if (activationMemory === 'largest') {
    const all = tensors.map((_, t) => t).filter((t) => exists(t, layers.length));
    return (bits) => Math.max(0, ...all.map((t) => size(t, bits)));
  }
  return (bits) => {
    let most = 0;
    for (const alive of together) {
      let bytes = 0;
      for (const t of alive) bytes += size(t, bits);
      most = Math.max(most, bytes);
    }
    return most;
  };
}
