/**
 * At most `limit` indices of 0..total-1, ascending and evenly spread. Files are often sorted by class, so the first
 * ones would cover only a few classes.
 */
export function spreadIndices(total: number, limit: number): number[] {
  const count = Math.min(total, limit);
  return Array.from({ length: count }, (_, i) => Math.floor((i * total) / count));
}
