/** A sum from which terms are taken out again; infinite terms are counted apart, since they cannot be subtracted. */
export interface RunningSum {
  finite: number;
  forbidden: number;
}

export const newRunningSum = (): RunningSum => ({ finite: 0, forbidden: 0 });

export function addTerm(sum: RunningSum, term: number): void {
  if (term === Number.POSITIVE_INFINITY) sum.forbidden++;
  else sum.finite += term;
}

export function takeTerm(sum: RunningSum, term: number): void {
  if (term === Number.POSITIVE_INFINITY) sum.forbidden--;
  else sum.finite -= term;
}

export const runningTotal = ({ finite, forbidden }: RunningSum): number =>
  forbidden > 0 ? Number.POSITIVE_INFINITY : finite;
