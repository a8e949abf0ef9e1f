import type { Profile } from '../../src/calibrate/profile.js';
import type { ResolvedConfig } from '../../src/config/resolved.js';
import type { Plan, PlanningProblem } from '../../src/planner/core/problem.js';
import { solve } from '../../src/planner/search/solve.js';

/** What documents need of a config and a profile for a network that was never profiled. */
export const config = {
  name: 'default',
  objective: 'latency',
  errorModel: 'relative',
  edge: { memoryBytes: 500 },
  link: { uplink: 8000, downlink: 8000, rtt: 0, percentile: 50, preset: {} },
  constraints: {},
} as unknown as ResolvedConfig;

export const profile = { layers: [], tensors: new Map(), inputs: new Map() } as unknown as Profile;

export function bestOf(problem: PlanningProblem): Plan {
  const { best } = solve(problem);
  if (!best) throw new Error('there is a plan');
  return best;
}
