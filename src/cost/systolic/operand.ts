import type { Array2d, Folding } from './geometry.js';
import { isInside, type Picture } from './picture.js';

/**
 * How one operand is asked for. SCALE-Sim v2, "Demand at line l of a fold, array lane j". Its elements are a matrix,
 * one lane spread over rows or columns of the array and over their folds. `streamed`: lane j takes element `line -
 * delay - j`. `stationary`: a fold's rows are loaded from the last to the first, a row a line.
 */
export interface Operand {
  layout: 'streamed' | 'stationary';
  /** Which folds its lanes run through. */
  along: 'rows' | 'columns';
  /** Lanes of a full fold, and all lanes. */
  lanes: number;
  spread: number;
  folds: number;
  /** Elements of a lane. */
  steps: number;
  /** Line of a fold at which the first lane starts. */
  delay: number;
  /** Words that are in no more than one place and never beyond an edge need no picture. */
  picture?: Picture;
  /** What the lanes of a picture are; the steps are the other. */
  lanesAre: 'windows' | 'elements';
}

/** The order of folds, and what a stationary operand needs to know of it. */
export interface Schedule extends Folding {
  rows: number;
  columns: number;
  /** Lines of all folds. */
  total: number;
}

export const scheduleOf = ({ array: { rows, columns } }: Array2d, folding: Folding): Schedule => ({
  ...folding,
  rows,
  columns,
  total: folding.rowFolds * folding.columnFolds * folding.lines,
});

type Build = (operand: Pick<Operand, 'layout' | 'along' | 'steps' | 'delay'>) => Operand;

/** The two operands that are read. */
export function operandsOf(
  dataflow: Array2d['dataflow'],
  schedule: Schedule,
  picture: Picture,
): { ifmap: Operand; filter: Operand } {
  const { rows, columns, spreadRows, spreadColumns, steps } = schedule;
  const build: Build = (operand) => {
    const [lanes, spread] = operand.along === 'rows' ? [rows, spreadRows] : [columns, spreadColumns];
    return {
      ...operand,
      lanes,
      spread,
      folds: Math.ceil(spread / lanes),
      lanesAre: dataflow === 'ws' ? 'elements' : 'windows',
    };
  };
  const streamed = build({ layout: 'streamed', along: 'rows', steps, delay: dataflow === 'os' ? 0 : rows });
  const other = build(
    dataflow === 'os'
      ? { layout: 'streamed', along: 'columns', steps, delay: 0 }
      : { layout: 'stationary', along: 'columns', steps: spreadRows, delay: 0 },
  );
  const pictured = (operand: Operand) => (picture.isComplete && picture.isDistinct ? operand : { ...operand, picture });
  return dataflow === 'is'
    ? { ifmap: pictured(other), filter: streamed }
    : { ifmap: pictured(streamed), filter: other };
}

/** First and last line, of all folds, at which something is asked for. */
export function activeLines(operand: Operand, schedule: Schedule): { first: number; last: number } {
  const { total, lines, rows } = schedule;
  const { layout, lanes, steps, delay } = operand;
  const isStreamed = layout === 'streamed';
  // From the lines on that can be the first and the last.
  let first = isStreamed ? delay : rows - Math.min(rows, steps);
  let last = total - lines + (isStreamed ? Math.min(lines, delay + steps + lanes - 1) : rows) - 1;
  while (!isActive(operand, schedule, first)) first++;
  while (!isActive(operand, schedule, last)) last--;
  return { first, last };
}

function isActive(operand: Operand, { rowFolds, lines, rows }: Schedule, index: number): boolean {
  const { layout, along, lanes, spread, steps, delay, picture, lanesAre } = operand;
  const fold = Math.floor(index / lines);
  const line = (index % lines) - delay;
  const base = (along === 'rows' ? fold % rowFolds : Math.floor(fold / rowFolds)) * lanes;
  const isStreamed = layout === 'streamed';
  // Element of lane 0, and by how much the next lane is behind.
  const step = isStreamed ? line : (fold % rowFolds) * rows + rows - 1 - line;
  const skew = isStreamed ? 1 : 0;
  if (line < 0 || (!isStreamed && (line >= rows || step >= steps))) return false;
  for (let lane = Math.max(0, isStreamed ? step - steps + 1 : 0); lane < lanes && base + lane < spread; lane++) {
    const t = step - skew * lane;
    if (t < 0) return false;
    const x = base + lane;
    if (!picture || (lanesAre === 'windows' ? isInside(picture, x, t) : isInside(picture, t, x))) return true;
  }
  return false;
}
