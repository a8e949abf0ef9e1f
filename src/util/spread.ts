/**
 * At most `limit` indices of 0..total-1 in ascending order, evenly spread: sorted files often stand in the order of
 * their class, so that the first ones would be of one class.
 */
export function spreadIndices(total: number, limit: number): number[] {
  const count = Math.min(total, limit);
  return Array.from({ length: count }, (_, i) => Math.floor((i * total) / count));
}
