import { number, seconds } from '../util/format.js';

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

function statementOf({
  value,
  isLatency,
  holds,
  families,
  measured,
  untried,
  fastestUntried,
  isCut,
  isPinned,
}: CertificateSources): string {
  const show = isLatency ? seconds : number;
  const [faster, slower] = isLatency ? ['faster', 'slower'] : ['better', 'worse'];
  const plans = `${measured} ${measured === 1 ? 'plan' : 'plans'} measured`;
  if (!holds) return `no plan that was measured holds the limit: ${plans}`;
  const what = isPinned ? `no plan of the given cut ${faster} than ${show(value)} holds` : `no plan ${faster} than ${show(value)} holds`;
  if (untried === 0 && !isCut) {
    const tried =
      families === 0 ? 'none is predicted to be' : `${families} ${families === 1 ? 'family' : 'families'} that could be: ${plans}`;
    return `${what}: ${tried}, the rest are ${slower} even at their least bits`;
  }
  const least = fastestUntried === undefined ? '' : `, the fastest at ${show(fastestUntried)} with its least bits`;
  return `${plans}; ${untried}${isCut ? ' or more' : ''} families that could be ${faster} than ${show(value)} were not tried${least}: \`--effort best\` tries all`;
}
