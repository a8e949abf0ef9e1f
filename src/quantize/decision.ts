import type { Plan, PlanningProblem } from '../planner/core/problem.js';

/** A plan in the words of the model. */
export interface SplitDecision {
  decision: 'split' | 'edge-only' | 'cloud-only';
  /** Layer indices on the edge. */
  edge: ReadonlySet<number>;
  /** Weight bits of each layer; 0 in the cloud and for layers without weights. */
  weightBits: readonly number[];
  wire: readonly { tensor: string; bits: number; encoding: string }[];
}

/** Reads the decision off a plan. */
export function decisionOf(plan: Plan, problem: PlanningProblem): SplitDecision {
  const { assignment } = plan;
  const readInCloud = new Set(problem.layers.flatMap((layer, index) => (assignment.edge[index] ? [] : layer.inputs)));
  return {
    decision: plan.decision,
    edge: new Set(assignment.edge.flatMap((onEdge, layer) => (onEdge ? [layer] : []))),
    weightBits: assignment.option.map((option, layer) =>
      option < 0 ? 0 : problem.layers[layer].options[option].weightBits,
    ),
    // A model output that crosses only because the cloud wants it is handed on by whoever calls the edge side.
    wire: plan.crossing
      .filter((tensor) => readInCloud.has(tensor))
      .map((tensor) => {
        const { bits, encoding } = problem.tensors[tensor].wire[assignment.wire[tensor]];
        return { tensor: problem.tensors[tensor].name, bits, encoding };
      }),
  };
}
