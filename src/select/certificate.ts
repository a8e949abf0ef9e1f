import { number, percent, seconds } from '../util/format.js';

/** What the choice of a plan rests on. */
export interface Certificate {
  /** True where every family that could beat the plan was measured. */
  complete: boolean;
  /** Families whose least objective is below that of the plan, those without a measured plan included. */
  families: number;
  /** Plans that were measured. */
  measured: number;
  /** Families that could beat the plan and were not settled. */
  untried: number;
  statement: string;
}

export interface CertificateSources {
  /** Of the chosen plan, in the unit of the objective. */
  value: number;
  isLatency: boolean;
  /** Share of the value that does not count. */
  tolerance: number;
  holds: boolean;
  families: number;
  measured: number;
  untried: number;
  /** Least objective of the families that were not settled. */
  fastestUntried: number | undefined;
  /** There may be more families than were looked at. */
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
