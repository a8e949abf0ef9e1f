import type { MeasuredRow } from '../config/preset.js';
import type { LayerShape } from '../profile/profile.js';
import type { MeasuredDevice } from './device.js';
import { fitActivation, fitModel, type Model, predict } from './measured-fit.js';
import { groupsFor, keyOf, levelsOf, type Precision, rowOf } from './measured-kinds.js';

/**
 * Seconds of a layer on a measured machine: what the row of its operator, shape and precision says. Where there is none it is
 * interpolated (measured-fit.ts) among the rows that are nearest of kind, with what its activation adds; 0 where there are none.
 */
export function measuredSeconds({ table }: Pick<MeasuredDevice, 'table'>, shape: LayerShape, precision: Precision): number {
  const { exact, model, activation } = tableOf(table);
  const row = rowOf(shape, precision);
  const known = exact.get(keyOf(row, precision));
  if (known !== undefined) return known;
  for (const [each, level] of groupsFor(row, precision)) {
    const found = model(each, level);
    if (found) return predict(found, row) + (row.activation === undefined ? 0 : predict(activation(each, row.activation), row));
  }
  return 0;
}

interface Table {
  exact: ReadonlyMap<string, number>;
  /** Of a group of layers without activation; undefined where it has no rows. */
  model(precision: Precision, level: string): Model | undefined;
  /** What an activation adds to the layer it is fused into. */
  activation(precision: Precision, name: string): Model;
}

const tables = new WeakMap<readonly MeasuredRow[], Table>();

function tableOf(rows: readonly MeasuredRow[]): Table {
  let table = tables.get(rows);
  if (!table) {
    table = { exact: new Map(rows.map((row) => [keyOf(row, row.precision), row.seconds])), ...models(rows) };
    tables.set(rows, table);
  }
  return table;
}

/** Models by group, fitted when they are asked for. */
function models(rows: readonly MeasuredRow[]): Omit<Table, 'exact'> {
  const groups = new Map<string, { members: MeasuredRow[]; wider: string | undefined }>();
  for (const row of rows) {
    const levels = levelsOf(row);
    for (const [i, level] of levels.entries()) {
      const name = `${row.precision} ${level}`;
      const group = groups.get(name);
      if (group) group.members.push(row);
      else groups.set(name, { members: [row], wider: levels[i + 1] });
    }
  }
  const model = remembered((precision: Precision, level: string): Model | undefined => {
    const group = groups.get(`${precision} ${level}`);
    if (!group) return undefined;
    const plain = group.members.filter((row) => row.activation === undefined);
    // A few rows of a kind say how fast it is; how its time grows, the wider group tells.
    return fitModel(plain.length > 0 ? plain : group.members, group.wider === undefined ? undefined : model(precision, group.wider));
  });
  const activation = remembered((precision: Precision, name: string): Model => {
    const members = rows.filter((row) => row.precision === precision && row.activation === name);
    return fitActivation(
      members.map((row) => {
        const base = model(precision, levelsOf(row)[0]);
        return { ...row, rest: base ? predict(base, row) : 0 };
      }),
    );
  });
  return { model, activation };
}

function remembered<T>(make: (precision: Precision, name: string) => T): (precision: Precision, name: string) => T {
  const known = new Map<string, T>();
  return (precision, name) => {
    const key = `${precision} ${name}`;
    if (!known.has(key)) known.set(key, make(precision, name));
    return known.get(key) as T;
  };
}
