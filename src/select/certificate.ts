import { number, percent, seconds } from '../util/format.js';

/** Evidence for the choice of a plan. */
export interface Certificate {
  /** True if every family that could contain a better plan was measured. */
  complete: boolean;
  /** Number of families with a least objective below that of the plan, measured or not. */
  families: number;
  /** Number of measured plans. */
  measured: number;
  /** Number of families that could contain a better plan and were not settled. */
  untried: number;
  statement: string;
}

export interface CertificateSources {
  /** Objective of the selected plan. */
  value: number;
  isLatency: boolean;
  /** Share of the value within which plans are equal. */
  tolerance: number;
  holds: boolean;
  families: number;
  measured: number;
  untried: number;
  /** Least objective of the unsettled families. */
  fastestUntried: number | undefined;
  /** True if there may be families that were not listed. */
  isCut: boolean;
  isPinned: boolean;
}

export function certificateOf(sources: CertificateSources): Certificate {
  const { families, measured, untried, isCut } = sources;
  return { complete: untried === 0 && !isCut, families, measured, untried, statement: statementOf(sources) };
}

function statementOf(sources: CertificateSources): string {
  const { value, isLatency, tolerance, holds, families, measured, untried, fastestUntried, isCut, isPinned } = sources;
  const show = isLatency ? seconds : number;
  const better = isLatency ? 'faster' : 'better';
  const margin = tolerance > 0 ? `more than ${percent(tolerance)} ${better}` : better;
  const than = `${margin} than ${show(value)}`;
  const plans = `${counted(measured, 'plan')} measured`;
  if (!holds) return `no plan that was measured holds the limit: ${plans}`;
  const noPlan = isPinned ? 'no plan of the given cut' : 'no plan';
  if (untried === 0 && !isCut)
    return families === 0
      ? `${noPlan} is ${than}, regardless of accuracy`
      : `${noPlan} that holds is ${than}: ${plans}, among them ${counted(families, 'cut or encoding that could be', 'cuts or encodings that could be')}`;
  const least = fastestUntried === undefined ? '' : `, the fastest at ${show(fastestUntried)} with its least bits`;
  const open = isCut
    ? `${untried} or more cuts or encodings`
    : counted(untried, 'cut or encoding', 'cuts or encodings');
  return `${plans}; ${open} that could be ${than} ${untried === 1 && !isCut ? 'was' : 'were'} not tried${least}: \`--effort best\` tries all`;
}

const counted = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
