/** Measured accuracy of a split against the float network, on the same samples. */
export interface Evaluation {
  /** `top1`, `top5`, the path of a user's module, or `fidelity` where there are no labels. */
  metric: string;
  samples: number;
  /** Mean scores in 0..1. */
  float: number;
  quantized: number;
  /** float - quantized. */
  drop: number;
  limit: number | null;
}
