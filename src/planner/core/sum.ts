/**
 * A compensated sum (Neumaier): the same to the last bit for nearly every order of its terms, so that plans do not
 * depend on layer order.
 */
export interface Sum {
  total: number;
  lost: number;
}

export function newSum(): Sum {
  return { total: 0, lost: 0 };
}

export function addTo(sum: Sum, term: number): void {
  const next = sum.total + term;
  sum.lost += Math.abs(sum.total) >= Math.abs(term) ? sum.total - next + term : term - next + sum.total;
  sum.total = next;
}

export function totalOf(sum: Sum): number {
  return sum.total + sum.lost;
}
