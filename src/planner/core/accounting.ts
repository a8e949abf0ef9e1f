import { decisionFor } from './decision.js';
import { isMadeOnEdge, liveBytes, residentBits, tensorBytes } from './live.js';
import type { PlanAssignment, PlannedCost, PlanningProblem } from './problem.js';
import { addTo, newSum, totalOf } from './sum.js';

export { tensorBytes } from './live.js';

/**
 * The cost of an assignment: the one accounting that every method of this package is judged by.
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
  const { layers, tensors, link, rates = {} } = problem;
  const { edge, option, wire } = assignment;
  const edgeSeconds = newSum();
  const cloudSeconds = newSum();
  const joules = newSum();
  const weights = newSum();
  const disk = newSum();
  const error = newSum();
  const readInCloud = new Uint8Array(tensors.length);
  let edgeLayers = 0;

  layers.forEach((layer, i) => {
    if (!edge[i]) {
      addTo(cloudSeconds, layer.cloudSeconds);
      addTo(error, layer.cloudError ?? 0);
      for (const t of layer.inputs) readInCloud[t] = 1;
      return;
    }
    edgeLayers++;
    const chosen = layer.options[option[i] ?? -1];
    if (!chosen)
      throw new RangeError(`layer ${layer.name} is on the edge with option ${option[i]}, which it does not have`);
    for (const t of layer.inputs) {
      if (!isMadeOnEdge(problem, assignment, t))
        throw new RangeError(`layer ${layer.name} is on the edge, but what it reads is not`);
    }
    addTo(edgeSeconds, chosen.seconds);
    addTo(joules, chosen.joules ?? 0);
    addTo(weights, chosen.weightBytes);
    addTo(disk, chosen.diskBytes ?? chosen.weightBytes);
    addTo(error, chosen.error);
  });

  const crossing: number[] = [];
  const uplink = newSum();
  const downlink = newSum();
  let travels = false;
  tensors.forEach((tensor, t) => {
    if (!isMadeOnEdge(problem, assignment, t)) {
      if (problem.deliver === 'edge' && tensor.isOutput) {
        travels = true;
        addTo(downlink, tensor.downlinkBytes ?? 0);
      }
      return;
    }
    if (!readInCloud[t] && !(problem.deliver === 'cloud' && tensor.isOutput)) return;
    const chosen = tensor.wire[wire[t] ?? -1];
    if (!chosen)
      throw new RangeError(`tensor ${tensor.name} crosses with wire option ${wire[t]}, which it does not have`);
    if (chosen.activationBits !== undefined && chosen.activationBits !== residentBits(problem, assignment, t)) {
      throw new RangeError(
        `tensor ${tensor.name} crosses at ${chosen.activationBits} bits, but its producer makes other bits`,
      );
    }
    travels = true;
    crossing.push(t);
    addTo(uplink, chosen.bytes);
    addTo(edgeSeconds, chosen.encodeSeconds ?? 0);
    addTo(cloudSeconds, chosen.decodeSeconds ?? 0);
    addTo(error, chosen.error);
  });

  const uplinkBytes = totalOf(uplink);
  const downlinkBytes = totalOf(downlink);
  const latency = {
    edge: totalOf(edgeSeconds),
    transfer: travels
      ? link.fixedSeconds + uplinkBytes * link.secondsPerByteUp + downlinkBytes * link.secondsPerByteDown
      : 0,
    cloud: totalOf(cloudSeconds),
  };
  const total = latency.edge + latency.transfer + latency.cloud;
  const { fixedJoules = 0, joulesPerByteUp = 0, joulesPerByteDown = 0 } = link;
  const energy = {
    edge: totalOf(joules),
    radio: travels ? fixedJoules + uplinkBytes * joulesPerByteUp + downlinkBytes * joulesPerByteDown : 0,
    idle: (rates.idleWatts ?? 0) * total,
  };
  const cost = {
    cloud: (rates.cloudDollarsPerSecond ?? 0) * latency.cloud,
    network: (rates.dollarsPerByteUp ?? 0) * uplinkBytes + (rates.dollarsPerByteDown ?? 0) * downlinkBytes,
  };
  const activations = edgeLayers === 0 ? 0 : activationBytes(problem, assignment, crossing);
  return {
    decision: decisionFor(problem, edge),
    crossing,
    latency: { ...latency, total },
    memory: { weights: totalOf(weights), activations, total: totalOf(weights) + activations },
    disk: totalOf(disk),
    travels,
    uplinkBytes,
    downlinkBytes,
    energy: { ...energy, total: energy.edge + energy.radio + energy.idle },
    cost: { ...cost, total: cost.cloud + cost.network },
    error: totalOf(error),
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
