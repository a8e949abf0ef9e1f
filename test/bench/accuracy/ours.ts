import { openSplit } from '../../../src/evaluate/run.js';
import { relativeSquaredError } from '../../../src/numerics/divergence.js';
import { front } from '../../../src/planner/analysis/front.js';
import { account } from '../../../src/planner/core/accounting.js';
import type { PlanAssignment, PlanningProblem } from '../../../src/planner/core/problem.js';
import { decisionOf } from '../../../src/quantize/decision.js';
import { quantizeSplit } from '../../../src/quantize/index.js';
import { refineWeights } from '../../../src/quantize/refine.js';
import { type Drop, pairedDrop } from './paired.js';
import type { Prepared } from './prepared.js';

export interface OwnRow {
  method: string;
  /** Bits of the weights; `mixed` where each layer has its own. */
  bits: number | 'mixed';
  /** On the edge, by the planner's accounting. */
  memoryBytes: number;
  drop: Drop;
  scores: number[];
  /** Mean relative squared error of the outputs. */
  outputError: number;
  seconds: number;
}

/** The whole network on the edge with all weights at `bits`. */
export function uniform({ layers, tensors }: PlanningProblem, bits: number): PlanAssignment {
  return {
    edge: layers.map(() => true),
    option: layers.map(({ options }) =>
      Math.max(
        0,
        options.findIndex(({ weightBits }) => weightBits === bits),
      ),
    ),
    wire: tensors.map(() => -1),
  };
}

/** The most accurate plan by the planner's own error within a memory. */
export function mixed(problem: PlanningProblem, memoryBytes: number): PlanAssignment {
  const plan = front({ ...problem, limits: { memoryBytes } }, { plans: 2 }).at(-1);
  if (!plan) throw new Error('uniform bits fit, so something must');
  return plan.assignment;
}

/** Quantizes as `build` does, and measures. */
export async function ownRow(
  prepared: Prepared,
  method: string,
  bits: OwnRow['bits'],
  assignment: PlanAssignment,
): Promise<OwnRow> {
  const { problem, network, profile, calibration, workDir, config } = prepared;
  const cost = account(problem, assignment);
  const started = performance.now();
  const decision = decisionOf({ ...cost, assignment }, problem);
  const weights = await refineWeights(decision, {
    ...network,
    profile,
    samples: calibration,
    steps: config.quantization,
    workDir,
  });
  const seconds = (performance.now() - started) / 1000;
  const loaded = await openSplit(quantizeSplit(decision, { ...network, profile, weights }), workDir);
  let outputError = 0;
  const scores = await prepared
    .score(async (feeds, i) => {
      const { outputs } = await loaded.run(feeds);
      for (const [name, { data }] of Object.entries(prepared.floatOutputs[i]))
        outputError +=
          relativeSquaredError(data as Float32Array, outputs[name].data as Float32Array) / prepared.floatOutputs.length;
      return outputs;
    })
    .finally(() => loaded.close());
  return {
    method,
    bits,
    memoryBytes: cost.memory.total,
    drop: pairedDrop(prepared.float, scores),
    scores,
    outputError,
    seconds,
  };
}
