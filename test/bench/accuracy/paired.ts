/** A drop of the score with the 95 % interval of the mean paired difference (normal approximation), in points. */
export interface Drop {
  score: number;
  drop: number;
  low: number;
  high: number;
}

export const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);

/** `scores` against `reference`, sample by sample. */
export function pairedDrop(reference: readonly number[], scores: readonly number[]): Drop {
  const differences = scores.map((score, i) => reference[i] - score);
  const drop = mean(differences);
  const variance =
    differences.reduce((sum, value) => sum + (value - drop) ** 2, 0) / Math.max(1, differences.length - 1);
  const half = 1.96 * Math.sqrt(variance / differences.length);
  return { score: 100 * mean(scores), drop: 100 * drop, low: 100 * (drop - half), high: 100 * (drop + half) };
}
