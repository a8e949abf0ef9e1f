import { checkProblem } from '../core/check.js';
import type { Plan, PlanningProblem } from '../core/problem.js';
import type { SolveOptions } from '../search/search.js';
import { autoSplit } from './auto-split.js';
import { type BaselinePlan, checkLimits } from './check-limits.js';
import { qdmpCut } from './qdmp.js';
import { rawCloudOnly, trivialPlans } from './trivial.js';
import { quantizedCut, uniformEdge } from './uniform.js';
import { widestCut } from './widest.js';

export type { BaselinePlan } from './check-limits.js';
export { trivialPlans } from './trivial.js';

/** Steps of search per baseline: plans for comparison need no proof. */
const WORK = 2e7;

export type BaselineName =
  | 'cloud-only'
  | 'cloud-only-raw'
  | 'edge-only'
  | 'uniform-8'
  | 'uniform-4'
  | 'uniform-2'
  | 'neurosurgeon'
  | 'dads'
  | 'qdmp'
  | 'qdmp-quantized'
  | 'auto-split';

/**
 * What other methods choose for the same problem, by the same accounting. They keep the pins of layers, not a pinned
 * cut. Undefined where the pins or the bit-widths leave a method nothing to choose.
 *
 * - `cloud-only`, `edge-only`: the best of their kind
 * - `cloud-only-raw`: the inputs sent as raw tensors, as papers have it
 * - `uniform-8`, `uniform-4`, `uniform-2`: everything on the edge at the same bits
 * - `neurosurgeon`: one cut of the chain of layers, widest bits (Kang et al., ASPLOS 2017)
 * - `dads`: minimum cut of the DAG, widest bits (Hu et al., INFOCOM 2019)
 * - `qdmp`: the same optimum, found between the articulation points of the DAG (Zhang et al., IMWUT 2020)
 * - `qdmp-quantized`: its cut with the edge part quantized afterwards
 * - `auto-split`: the paper's Algorithm 1 (Banitalebi-Dehkordi et al., KDD 2021)
 */
export function baselinePlans(
  problem: PlanningProblem,
  options: SolveOptions = { work: WORK },
): Record<BaselineName, BaselinePlan | undefined> {
  checkProblem(problem);
  const checked = (plan: Plan | undefined) => plan && checkLimits(problem, plan);
  const { 'cloud-only': cloudOnly, 'edge-only': edgeOnly } = trivialPlans(problem, options);
  const qdmp = qdmpCut(problem);
  return {
    'cloud-only': cloudOnly,
    'cloud-only-raw': checked(rawCloudOnly(problem)),
    'edge-only': edgeOnly,
    'uniform-8': checked(uniformEdge(problem, 8)),
    'uniform-4': checked(uniformEdge(problem, 4)),
    'uniform-2': checked(uniformEdge(problem, 2)),
    neurosurgeon: checked(widestCut(problem, 'prefixes', options)),
    dads: checked(widestCut(problem, problem.cuts, options)),
    qdmp: checked(qdmp),
    'qdmp-quantized': checked(qdmp && quantizedCut(problem, qdmp.assignment.edge)),
    'auto-split': checked(autoSplit(problem)),
  };
}
