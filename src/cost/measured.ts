import type { LayerShape } from '../calibrate/profile.js';
import type { MeasuredRow } from '../config/preset.js';
import type { MeasuredDevice } from './device.js';
import { fitModel, fitRest, type Model, predict } from './measured-fit.js';
import { groupsFor, isRagged, keyOf, type LayerRow, levelsOf, type Precision, rowOf } from './measured-kinds.js';

/**
 * Seconds of a layer on a measured machine: what the row of its operator, shape and precision says. Where there is none
 * it is interpolated (measured-fit.ts) among the rows that are nearest of kind; 0 where there are none.
 */
export function measuredSeconds(
  { table }: Pick<MeasuredDevice, 'table'>,
  shape: LayerShape,
  precision: Precision,
): number {
  const { exact, interpolate } = tableOf(table);
  const row = rowOf(shape, precision);
  const known = exact.get(keyOf(row, precision));
  if (known !== undefined) return known;
  for (const [each, level] of groupsFor(row, precision)) {
    const seconds = interpolate(row, each, level);
    if (seconds !== undefined) return seconds;
  }
  return 0;
}

interface Table {
  exact: ReadonlyMap<string, number>;
  /** Seconds of a layer by a group of rows; undefined where the group is empty. */
  interpolate(row: LayerRow, precision: Precision, level: string): number | undefined;
}

const tables = new WeakMap<readonly MeasuredRow[], Table>();

function tableOf(rows: readonly MeasuredRow[]): Table {
  let table = tables.get(rows);
  if (!table) {
    table = {
      exact: new Map(rows.map((row) => [keyOf(row, row.precision), row.seconds])),
      interpolate: interpolator(rows),
    };
    tables.set(rows, table);
  }
  return table;
}

/**
 * The time of a layer is that of its group, plus the time of its activation, plus the time that channels add which do
 * not fill vectors. Models are fitted on first use.
 */
function interpolator(rows: readonly MeasuredRow[]): Table['interpolate'] {
  const groups = groupsOf(rows);
  const model = remembered((precision: Precision, level: string): Model | undefined => {
    const group = groups.get(`${precision} ${level}`);
    if (!group) return undefined;
    const plain = group.members.filter((row) => row.activation === undefined);
    const even = plain.filter((row) => !isRagged(row));
    const [members = group.members] = [even, plain].filter((some) => some.length > 0);
    // A few rows tell how fast a kind is; the wider group tells how its time grows.
    return fitModel(members, group.wider === undefined ? undefined : model(precision, group.wider));
  });
  const ragged = remembered((precision: Precision, level: string): Model => {
    const members = groups.get(`${precision} ${level}`)?.members ?? [];
    const base = model(precision, level);
    const uneven = members.filter((row) => row.activation === undefined && isRagged(row));
    return fitRest(uneven.map((row) => ({ ...row, rest: base ? predict(base, row) : 0 })));
  });
  const without = (row: LayerRow, precision: Precision, level: string): number | undefined => {
    const base = model(precision, level);
    return base && predict(base, row) + (isRagged(row) ? predict(ragged(precision, level), row) : 0);
  };
  const activation = remembered((precision: Precision, name: string): Model => {
    const members = rows.filter((row) => row.precision === precision && row.activation === name);
    return fitRest(
      members.map((row) => ({ ...row, rest: without(row, precision, levelsOf(row)[0]) ?? 0 })),
      ['fixed', 'outputs'],
    );
  });
  return (row, precision, level) => {
    const seconds = without(row, precision, level);
    if (seconds === undefined || row.activation === undefined) return seconds;
    return seconds + predict(activation(precision, row.activation), row);
  };
}

interface Group {
  members: MeasuredRow[];
  /** The level that is one wider. */
  wider: string | undefined;
}

function groupsOf(rows: readonly MeasuredRow[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const levels = levelsOf(row);
    for (const [i, level] of levels.entries()) {
      const name = `${row.precision} ${level}`;
      const group = groups.get(name);
      if (group) group.members.push(row);
      else groups.set(name, { members: [row], wider: levels[i + 1] });
    }
  }
  return groups;
}

function remembered<T>(make: (precision: Precision, name: string) => T): (precision: Precision, name: string) => T {
  const known = new Map<string, T>();
  return (precision, name) => {
    const key = `${precision} ${name}`;
    if (!known.has(key)) known.set(key, make(precision, name));
    return known.get(key) as T;
  };
}
