import type { Evaluation } from '../../src/evaluate/evaluation.js';
import { verdictOnDrop } from '../../src/evaluate/verdict.js';
import { familyKey } from '../../src/planner/analysis/families.js';
import type { Plan, PlanningProblem } from '../../src/planner/core/problem.js';

/**
 * A chain of layers on a slow link: each layer has weights at 2, 4 and 8 bits, each tensor crosses at 2, 4 and 8, and
 * pictures travel as they are or as JPEG.
 */
export function chain(layers: number, { memoryBytes }: { memoryBytes?: number } = {}): PlanningProblem {
  const widths = [8, 4, 2];
  const errorAt = (bits: number, scale: number) => (scale * 4) / 4 ** bits;
  return {
    layers: Array.from({ length: layers }, (_, i) => ({
      name: `layer${i}`,
      inputs: [i],
      outputs: [i + 1],
      placement: 'either' as const,
      options: widths.map((weightBits) => ({
        weightBits,
        activationBits: 8,
        seconds: 0.004 + 0.0005 * weightBits,
        weightBytes: 1000 * weightBits,
        error: errorAt(weightBits, 1 + i),
      })),
      cloudSeconds: 0.001,
    })),
    tensors: Array.from({ length: layers + 1 }, (_, t) => ({
      name: `tensor${t}`,
      elements: 8000 / (t + 1),
      producer: t - 1,
      isOutput: t === layers,
      ...(t === 0 && { inputBits: 8 }),
      wire:
        t === 0
          ? [
              { bits: 8, encoding: 'raw', bytes: 12000, error: 0 },
              { bits: 8, encoding: 'jpeg:90', bytes: 3000, error: 1e-6, loss: 'jpeg:90' },
            ]
          : widths.map((bits) => ({ bits, encoding: 'raw', bytes: (1000 * bits) / (t + 1), error: errorAt(bits, 2) })),
      ...(t === layers && { downlinkBytes: 40 }),
    })),
    link: { fixedSeconds: 0.01, secondsPerByteUp: 1e-5, secondsPerByteDown: 1e-6 },
    deliver: 'edge',
    limits: { ...(memoryBytes !== undefined && { memoryBytes }) },
    activationMemory: 'live',
    cuts: 'closed',
  };
}

/** A measured plan that loses `drop` of a thousand samples. */
export function evaluationAt(drop: number, limit: number | null, samples = 1000): Evaluation {
  const lost = Math.round(drop * samples);
  const float = Array.from({ length: samples }, () => 1);
  const scores = { float, quantized: float.map((_, i) => (i < lost ? 0 : 1)) };
  const interval: [number, number] = [drop - 0.001, drop + 0.001];
  return {
    metric: 'top1',
    samples,
    float: 1,
    quantized: 1 - drop,
    drop,
    limit,
    interval,
    ...(limit !== null && { ...verdictOnDrop(scores, limit, { countsAnswers: true }), accepted: drop <= limit }),
  };
}

/**
 * What every plan truly loses: its error times a factor of its family, and a lossy picture more than its error says.
 */
export function truth(problem: PlanningProblem, factorOf: (family: string) => number): (plan: Plan) => number {
  return (plan) => Math.min(1, factorOf(familyKey(problem, plan)) * plan.error);
}
