import type { DropVerdict } from './verdict.js';

/** Measured accuracy of a split against the float model, on the same samples. */
export interface Evaluation extends Partial<DropVerdict> {
  /** `top1`, `top5`, the path of a user's module; without labels `detections`, `agreement` or `fidelity`. */
  metric: string;
  samples: number;
  /** Mean scores in 0..1. */
  float: number;
  quantized: number;
  /** float - quantized. */
  drop: number;
  limit: number | null;
  /** 95 % confidence interval of the drop, from the paired samples. */
  interval: [number, number];
  /** Share of samples whose answer is that of the float model, where outputs hold a single decision. */
  sameAnswers?: number;
  /** Drop expected from the movement of scores of classes (verdict.ts); absent for other outputs. */
  expectedDrop?: number;
}
