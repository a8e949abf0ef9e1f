import type { MeasuredRow } from '../config/preset.js';
import type { LayerShape } from '../profile/profile.js';
import type { MeasuredDevice } from './device.js';
import { FREE } from './free.js';
import { fitModel, type Model, predict } from './measured-fit.js';

type Precision = MeasuredRow['precision'];

/** A layer as the table knows it. */
export type LayerRow = Pick<MeasuredRow, 'op' | 'activation' | 'elements' | 'macs' | 'gemm' | 'window'>;

/** How the shape of a layer is written in the table. On integer kernels a Clip is the range of what comes out, and costs nothing. */
export function rowOf(shape: LayerShape, precision: Precision): LayerRow {
  const { op, activation, inputElements, outputElements, parameters, macs, gemm, conv, pool } = shape;
  const window = conv ?? pool;
  return {
    op,
    ...(activation !== undefined && !(activation === 'Clip' && precision === 'int8') && { activation }),
    elements: [inputElements, outputElements, parameters],
    macs,
    ...(gemm && { gemm: [gemm.m, gemm.n, gemm.k, gemm.count] satisfies MeasuredRow['gemm'] }),
    ...(window && {
      window: [window.kernelHeight, window.kernelWidth, window.strideHeight, window.strideWidth] satisfies MeasuredRow['window'],
    }),
  };
}

/** What two rows must share to be of the same layer. */
export const keyOf = ({ op, activation, elements, macs, gemm, window }: LayerRow, precision: Precision): string =>
  JSON.stringify([precision, op, activation ?? null, elements, macs, gemm ?? null, window ?? null]);

/**
 * Seconds of a layer on a measured machine: what the row of its operator, shape and precision says. Where there is none it is
 * interpolated (measured-fit.ts) among the rows that are nearest of kind; 0 where there are none.
 */
export function measuredSeconds({ table }: Pick<MeasuredDevice, 'table'>, shape: LayerShape, precision: Precision): number {
  const { exact, model } = tableOf(table);
  const row = rowOf(shape, precision);
  const known = exact.get(keyOf(row, precision));
  if (known !== undefined) return known;
  for (const group of groupsFor(row, precision)) {
    const found = model(group);
    if (found) return predict(found, row);
  }
  return 0;
}

/** Precisions that stand in, in this order, where one has no rows of an operator. */
const STAND_INS: Record<Precision, readonly Precision[]> = { int8: ['mixed', 'fp32'], mixed: ['fp32', 'int8'], fp32: ['mixed', 'int8'] };

/** Groups of rows that a layer belongs to, from the nearest of kind to all there are. */
function levelsOf(row: LayerRow): [kind: string, sort: string, op: string, family: string, any: string] {
  const { op, activation = '', macs } = row;
  // Those that multiply matrices, and those that only move and change elements.
  return [`${op} ${sortOf(row)} ${activation}`, `${op} ${sortOf(row)}`, op, macs > 0 ? '*products' : '*moves', '*'];
}

/** Channels up to which the first convolution of a network is one of its own: the window is all there is to sum up. */
const THIN = 4;

/** Convolutions differ by what their window makes of them. */
function sortOf({ op, gemm, window }: LayerRow): string {
  if (op !== 'Conv' || !gemm || !window) return '';
  const area = window[0] * window[1];
  return gemm[3] > 1 ? 'grouped' : area === 1 ? 'point' : gemm[2] / area <= THIN ? 'thin' : 'window';
}

/** Own operator before that in other precisions, and that before other operators, which say nothing of one that moves nothing. */
function groupsFor(row: LayerRow, precision: Precision): string[] {
  const levels = levelsOf(row);
  const [near, far] = [levels.slice(0, 3), levels.slice(3)];
  const others = STAND_INS[precision];
  return (FREE.has(row.op) ? [near] : [near, far]).flatMap((some) =>
    [precision, ...others].flatMap((each) => some.map((level) => `${each}:${level}`)),
  );
}

interface Table {
  exact: ReadonlyMap<string, number>;
  /** Of a group; undefined where it has no rows. */
  model(group: string): Model | undefined;
}

const tables = new WeakMap<readonly MeasuredRow[], Table>();

function tableOf(rows: readonly MeasuredRow[]): Table {
  let table = tables.get(rows);
  if (!table) {
    table = { exact: new Map(rows.map((row) => [keyOf(row, row.precision), row.seconds])), model: lazyModels(rows) };
    tables.set(rows, table);
  }
  return table;
}

function lazyModels(rows: readonly MeasuredRow[]): Table['model'] {
  const groups = new Map<string, { members: MeasuredRow[]; wider: string | undefined }>();
  for (const row of rows) {
    const names = [...new Set(levelsOf(row))].map((level) => `${row.precision}:${level}`);
    for (const [i, name] of names.entries()) {
      const group = groups.get(name);
      if (group) group.members.push(row);
      else groups.set(name, { members: [row], wider: names[i + 1] });
    }
  }
  const models = new Map<string, Model>();
  return function model(name: string): Model | undefined {
    const group = groups.get(name);
    if (!group) return undefined;
    let found = models.get(name);
    if (!found) {
      // A few rows of a kind say how fast it is; how its time grows, the wider group tells.
      found = fitModel(group.members, group.wider === undefined ? undefined : model(group.wider));
      models.set(name, found);
    }
    return found;
  };
}
