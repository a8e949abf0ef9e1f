import type { LatencyRow, LatencyTable } from '../config/latency-table.js';
import { kindOf } from '../ops/index.js';
import { nearest } from '../util/suggest.js';

/** Bits of a layer as a plan states them: 32 in float, 0 weight bits for a layer without weights. */
export interface PlannedBits {
  weightBits: number;
  activationBits: number;
}

/**
 * Seconds of a layer in a table; a row that states the bits wins over one that leaves them open. Undefined where there
 * is no row.
 */
export function tableSeconds({ rows }: LatencyTable, layer: string, bits?: PlannedBits): number | undefined {
  const fits = (row: LatencyRow) =>
    row.layer === layer &&
    (row.weightBits === undefined || row.weightBits === bits?.weightBits) &&
    (row.activationBits === undefined || row.activationBits === bits?.activationBits);
  const exactness = (row: LatencyRow) =>
    (row.weightBits === undefined ? 0 : 2) + (row.activationBits === undefined ? 0 : 1);
  const [best] = rows.filter(fits).sort((a, b) => exactness(b) - exactness(a));
  return best?.seconds;
}

/** Names that a message lists; the rest is counted. */
const MAX_NAMES = 12;

/**
 * Refuses a table that lacks layers of the model; those that only rename a tensor cost nothing and need no row.
 * @throws AutosplitError COSTS_INVALID with all of their names, and rows that were probably meant
 */
export function refuseMissingLayers(
  key: string,
  table: LatencyTable,
  layers: readonly { name: string; op: string }[],
): void {
  const listed = new Set(table.rows.map(({ layer }) => layer));
  const missing = layers.filter(({ name, op }) => !listed.has(name) && !kindOf(op).isFree).map(({ name }) => name);
  if (missing.length === 0) return;
  const known = new Set(layers.map(({ name }) => name));
  const stray = [...listed].filter((name) => !known.has(name));
  const meant = missing.flatMap((name) => {
    const near = nearest(name, stray);
    return near === undefined ? [] : [`did you mean \`${name}\` where it says \`${near}\`?`];
  });
  const shown = missing.slice(0, MAX_NAMES).map((name) => `\`${name}\``);
  const rest = missing.length > MAX_NAMES ? ` and ${missing.length - MAX_NAMES} more` : '';
  const hint = [...meant.slice(0, 3), '`autosplit plan --json` without the table names all layers'].join(' ');
  throw table.problem(
    undefined,
    `\`${key}\` lacks the layer${missing.length === 1 ? '' : 's'} ${shown.join(', ')}${rest}`,
    hint,
  );
}
