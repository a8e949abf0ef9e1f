import { crossingTensors } from './crossing.js';
import { decisionFor } from './decision.js';
import { isMadeOnEdge, liveBytes, residentBits, tensorBytes } from './live.js';
import type { PlanAssignment, PlannedCost, PlanningProblem } from './problem.js';
import { addTo, newSum, type Sum, totalOf } from './sum.js';

/** The terms of a cost while layers and tensors are gone through. */
interface Tally {
  edgeSeconds: Sum;
  cloudSeconds: Sum;
  /** Of edge layers. */
  joules: Sum;
  weights: Sum;
  disk: Sum;
  error: Sum;
  uplink: Sum;
  downlink: Sum;
  /** Something comes back. */
  returns: boolean;
}

const newTally = (): Tally => ({
  edgeSeconds: newSum(),
  cloudSeconds: newSum(),
  joules: newSum(),
  weights: newSum(),
  disk: newSum(),
  error: newSum(),
  uplink: newSum(),
  downlink: newSum(),
  returns: false,
});

/**
 * The cost of an assignment. Every method of this package is compared by this one accounting.
 *
 * A tensor made on the edge (graph inputs count as made there) is charged once when a cloud layer reads it, or when it
 * is a model output and `deliver` is `cloud`. With `deliver: 'edge'` the outputs made in the cloud travel back.
 * `fixedSeconds` is paid once as soon as anything travels. Seconds, bytes, joules, US dollars, summed error; limits are
 * not looked at.
 *
 * @throws RangeError where the assignment contradicts the problem: not closed under predecessors, an option that does
 * not exist, a wire option that needs other activation bits.
 */
export function account(problem: PlanningProblem, assignment: PlanAssignment): PlannedCost {
  const tally = newTally();
  const { edge } = assignment;
  const crossing = crossingTensors(problem, edge);
  problem.layers.forEach((layer, i) => {
    if (edge[i]) addEdgeLayer(tally, problem, assignment, i);
    else {
      addTo(tally.cloudSeconds, layer.cloudSeconds);
      addTo(tally.error, layer.cloudError ?? 0);
    }
  });
  for (const t of crossing) addCrossing(tally, problem, assignment, t);
  if (problem.deliver === 'edge') addReturned(tally, problem, assignment);
  const activations = edge.includes(true) ? activationBytes(problem, assignment, crossing) : 0;
  return totals(problem, tally, { decision: decisionFor(problem, edge), crossing }, activations);
}

function addEdgeLayer(tally: Tally, problem: PlanningProblem, assignment: PlanAssignment, i: number): void {
  const { name, options, inputs } = problem.layers[i];
  const o = assignment.option[i];
  const chosen = options[o ?? -1];
  if (!chosen) throw new RangeError(`layer ${name} is on the edge with option ${o}, which it does not have`);
  for (const t of inputs) {
    if (!isMadeOnEdge(problem, assignment, t))
      throw new RangeError(`layer ${name} is on the edge, but what it reads is not`);
  }
  addTo(tally.edgeSeconds, chosen.seconds);
  addTo(tally.joules, chosen.joules ?? 0);
  addTo(tally.weights, chosen.weightBytes);
  addTo(tally.disk, chosen.diskBytes ?? chosen.weightBytes);
  addTo(tally.error, chosen.error);
}

/** A tensor that goes up the link. */
function addCrossing(tally: Tally, problem: PlanningProblem, assignment: PlanAssignment, t: number): void {
  const { name, wire } = problem.tensors[t];
  const w = assignment.wire[t];
  const chosen = wire[w ?? -1];
  if (!chosen) throw new RangeError(`tensor ${name} crosses with wire option ${w}, which it does not have`);
  if (chosen.activationBits !== undefined && chosen.activationBits !== residentBits(problem, assignment, t))
    throw new RangeError(`tensor ${name} crosses at ${chosen.activationBits} bits, but its producer makes other bits`);
  addTo(tally.uplink, chosen.bytes);
  addTo(tally.edgeSeconds, chosen.encodeSeconds ?? 0);
  addTo(tally.cloudSeconds, chosen.decodeSeconds ?? 0);
  addTo(tally.error, chosen.error);
}

/** The outputs that are made in the cloud and wanted on the edge. */
function addReturned(tally: Tally, problem: PlanningProblem, assignment: PlanAssignment): void {
  problem.tensors.forEach(({ isOutput, downlinkBytes }, t) => {
    if (!isOutput || isMadeOnEdge(problem, assignment, t)) return;
    tally.returns = true;
    addTo(tally.downlink, downlinkBytes ?? 0);
  });
}

function totals(
  { link, rates = {} }: PlanningProblem,
  tally: Tally,
  cut: Pick<PlannedCost, 'decision' | 'crossing'>,
  activations: number,
): PlannedCost {
  const travels = cut.crossing.length > 0 || tally.returns;
  const uplinkBytes = totalOf(tally.uplink);
  const downlinkBytes = totalOf(tally.downlink);
  const latency = {
    edge: totalOf(tally.edgeSeconds),
    transfer: travels
      ? link.fixedSeconds + uplinkBytes * link.secondsPerByteUp + downlinkBytes * link.secondsPerByteDown
      : 0,
    cloud: totalOf(tally.cloudSeconds),
  };
  const total = latency.edge + latency.transfer + latency.cloud;
  const { fixedJoules = 0, joulesPerByteUp = 0, joulesPerByteDown = 0 } = link;
  const energy = {
    edge: totalOf(tally.joules),
    radio: travels ? fixedJoules + uplinkBytes * joulesPerByteUp + downlinkBytes * joulesPerByteDown : 0,
    idle: (rates.idleWatts ?? 0) * total,
  };
  const cost = {
    cloud: (rates.cloudDollarsPerSecond ?? 0) * latency.cloud,
    network: (rates.dollarsPerByteUp ?? 0) * uplinkBytes + (rates.dollarsPerByteDown ?? 0) * downlinkBytes,
  };
  const weights = totalOf(tally.weights);
  return {
    ...cut,
    latency: { ...latency, total },
    memory: { weights, activations, total: weights + activations },
    disk: totalOf(tally.disk),
    travels,
    uplinkBytes,
    downlinkBytes,
    energy: { ...energy, total: energy.edge + energy.radio + energy.idle },
    cost: { ...cost, total: cost.cloud + cost.network },
    error: totalOf(tally.error),
  };
}

/**
 * The peak of activation memory in bytes, by the rule of {@link PlanningProblem.activationMemory}; some layer is on the
 * edge.
 */
function activationBytes(problem: PlanningProblem, assignment: PlanAssignment, crossing: number[]): number {
  if (problem.activationMemory === 'live') {
    return liveBytes(problem, assignment, crossing).reduce(
      (peak, live, i) => (assignment.edge[i] ? Math.max(peak, live) : peak),
      0,
    );
  }
  const resident = problem.tensors.map((_, t) => t).filter((t) => isMadeOnEdge(problem, assignment, t));
  const bytes = (t: number) => tensorBytes(problem.tensors[t].elements, residentBits(problem, assignment, t));
  return resident.reduce((most, t) => Math.max(most, bytes(t)), 0);
}
