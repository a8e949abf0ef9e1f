import type {
  EdgeOption,
  LimitName,
  PlannedCost,
  PlanningLayer,
  PlanningObjective,
  PlanningProblem,
  WireOption,
} from './problem.js';

/**
 * A cost that is so much per unit of everything a plan uses: every objective and every limit but the peak of memory is
 * one. Each number is >= 0.
 */
export interface Measure {
  /** Per second and per joule of an edge layer; coding what travels takes seconds too. */
  edgeSecond: number;
  joule: number;
  /** Per second of a cloud layer. */
  cloudSecond: number;
  /** Once as soon as anything travels, and per byte either way. */
  travel: number;
  upByte: number;
  downByte: number;
  /** Per byte of weights in the memory of the edge, per byte of the edge half on disk, and per unit of error. */
  weightByte: number;
  diskByte: number;
  error: number;
}

const NOTHING: Measure = {
  edgeSecond: 0,
  joule: 0,
  cloudSecond: 0,
  travel: 0,
  upByte: 0,
  downByte: 0,
  weightByte: 0,
  diskByte: 0,
  error: 0,
};

export const ERROR: Measure = { ...NOTHING, error: 1 };
export const WEIGHTS: Measure = { ...NOTHING, weightByte: 1 };
export const DISK: Measure = { ...NOTHING, diskByte: 1 };

export const edgeTime: Measure = { ...NOTHING, edgeSecond: 1 };
export const cloudTime: Measure = { ...NOTHING, cloudSecond: 1 };
export const transferTime = ({ link }: PlanningProblem): Measure => ({
  ...NOTHING,
  travel: link.fixedSeconds,
  upByte: link.secondsPerByteUp,
  downByte: link.secondsPerByteDown,
});

/** Seconds of one inference end to end. */
export const latency = (problem: PlanningProblem): Measure =>
  sumOf([edgeTime, 1], [transferTime(problem), 1], [cloudTime, 1]);

/** Joules on the edge of one inference: what layers and radio take, and the idle power from its start to its end. */
export function energy(problem: PlanningProblem): Measure {
  const { fixedJoules = 0, joulesPerByteUp = 0, joulesPerByteDown = 0 } = problem.link;
  const active = { ...NOTHING, joule: 1, travel: fixedJoules, upByte: joulesPerByteUp, downByte: joulesPerByteDown };
  return sumOf([active, 1], [latency(problem), problem.rates?.idleWatts ?? 0]);
}

/** US dollars of one inference: the time of the cloud device, and the bytes over the link. */
export function money({ rates = {} }: PlanningProblem): Measure {
  const { cloudDollarsPerSecond = 0, dollarsPerByteUp = 0, dollarsPerByteDown = 0 } = rates;
  return { ...NOTHING, cloudSecond: cloudDollarsPerSecond, upByte: dollarsPerByteUp, downByte: dollarsPerByteDown };
}

/**
 * The measure of the problem's objective. `throughput` is no sum: it gets the measure of latency, see {@link
 * objectiveOf}.
 */
export function objectiveMeasure(
  problem: PlanningProblem,
  objective: PlanningObjective = problem.objective ?? 'latency',
): Measure {
  switch (objective) {
    case 'latency':
    case 'throughput':
      return latency(problem);
    case 'energy':
      return energy(problem);
    case 'cost':
      return money(problem);
    case 'error':
      return ERROR;
    default:
      return sumOf(
        [latency(problem), objective.latency ?? 0],
        [energy(problem), objective.energy ?? 0],
        [money(problem), objective.cost ?? 0],
      );
  }
}

/** Most of a measure that a plan may use. */
export interface LinearLimit {
  measure: Measure;
  limit: number;
  name: LimitName;
}

export function sumOf(...parts: [measure: Measure, factor: number][]): Measure {
  const sum = { ...NOTHING };
  for (const [measure, factor] of parts) {
    if (factor === 0) continue;
    for (const unit of Object.keys(sum) as (keyof Measure)[]) sum[unit] += factor * measure[unit];
  }
  return sum;
}

/** What an edge layer with this option adds, a layer in the cloud, a tensor sent this way. */
export const ofOption = (
  measure: Measure,
  { seconds, joules = 0, weightBytes, diskBytes = weightBytes, error }: EdgeOption,
): number =>
  measure.edgeSecond * seconds +
  measure.joule * joules +
  measure.weightByte * weightBytes +
  measure.diskByte * diskBytes +
  measure.error * error;
export const ofCloud = (measure: Measure, { cloudSeconds, cloudError = 0 }: PlanningLayer): number =>
  measure.cloudSecond * cloudSeconds + measure.error * cloudError;
export const ofWire = (measure: Measure, { bytes, error, encodeSeconds = 0, decodeSeconds = 0 }: WireOption): number =>
  measure.upByte * bytes +
  measure.error * error +
  measure.edgeSecond * encodeSeconds +
  measure.cloudSecond * decodeSeconds;

/** What a whole plan measures. */
export function ofPlan(measure: Measure, plan: PlannedCost): number {
  return (
    measure.edgeSecond * plan.latency.edge +
    measure.joule * plan.energy.edge +
    measure.cloudSecond * plan.latency.cloud +
    (plan.travels ? measure.travel : 0) +
    measure.upByte * plan.uplinkBytes +
    measure.downByte * plan.downlinkBytes +
    measure.weightByte * plan.memory.weights +
    measure.diskByte * plan.disk +
    measure.error * plan.error
  );
}

/** Seconds between two inferences where edge, link and cloud each work on another one: the longest of the three. */
export const secondsBetween = ({ latency: { edge, transfer, cloud } }: PlannedCost): number =>
  Math.max(edge, transfer, cloud);

/** What a plan has of the problem's objective, in its unit. */
export function objectiveOf({ objective = 'latency' }: PlanningProblem, plan: PlannedCost): number {
  const totals = { latency: plan.latency.total, energy: plan.energy.total, cost: plan.cost.total, error: plan.error };
  if (objective === 'throughput') return secondsBetween(plan);
  if (typeof objective === 'string') return totals[objective];
  const { latency = 0, energy = 0, cost = 0 } = objective;
  return latency * totals.latency + energy * totals.energy + cost * totals.cost;
}
