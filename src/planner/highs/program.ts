/** `constant + sum of coefficient * column`. */
export interface Linear {
  constant: number;
  terms: Map<number, number>;
}

/**
 * A mixed integer program in rows: minimise `objective` with every row within its bounds. Plain data, so that a worker
 * takes it.
 */
export interface Program {
  lower: number[];
  upper: number[];
  /** 1 where the column takes whole numbers only. */
  whole: number[];
  rows: { columns: number[]; values: number[]; lower: number; upper: number }[];
  objective: Linear;
}

export const newProgram = (): Program => ({ lower: [], upper: [], whole: [], rows: [], objective: linear() });

export const linear = (constant = 0, terms: Iterable<readonly [column: number, coefficient: number]> = []): Linear => {
  const form: Linear = { constant, terms: new Map() };
  for (const [column, coefficient] of terms) addTerm(form, column, coefficient);
  return form;
};

export function addTerm(form: Linear, column: number, coefficient: number): void {
  if (coefficient !== 0) form.terms.set(column, (form.terms.get(column) ?? 0) + coefficient);
}

/** Adds `factor * other` to a form. */
export function addForm(form: Linear, other: Linear, factor = 1): void {
  if (factor === 0) return;
  form.constant += factor * other.constant;
  for (const [column, coefficient] of other.terms) addTerm(form, column, factor * coefficient);
}

/** The largest coefficient, whatever its sign. */
export const largest = ({ terms }: Linear): number =>
  [...terms.values()].reduce((most, c) => Math.max(most, Math.abs(c)), 0);

/** A new column between 0 and `upper`. */
export function column({ lower, upper, whole }: Program, most: number, isWhole: boolean): number {
  lower.push(0);
  upper.push(most);
  whole.push(isWhole ? 1 : 0);
  return upper.length - 1;
}

/** `lower <= form <= upper`; the constant goes to the other side. */
export function row({ rows }: Program, { constant, terms }: Linear, lower: number, upper: number): void {
  rows.push({
    columns: [...terms.keys()],
    values: [...terms.values()],
    lower: lower - constant,
    upper: upper - constant,
  });
}

export const atLeast = (program: Program, form: Linear, least: number) =>
  row(program, form, least, Number.POSITIVE_INFINITY);
export const equals = (program: Program, form: Linear, value: number) => row(program, form, value, value);

/**
 * `form <= limit` for a form that is never negative, over the limit: errors and dollars are far below the tolerances of
 * a solver. With a limit of nothing, whatever adds to it is forbidden.
 */
export function within(program: Program, form: Linear, limit: number): void {
  if (limit > 0) {
    const scaled = linear();
    addForm(scaled, form, 1 / limit);
    row(program, scaled, Number.NEGATIVE_INFINITY, 1);
    return;
  }
  const unit = Math.max(largest(form), form.constant);
  if (unit === 0) return;
  const scaled = linear();
  addForm(scaled, form, 1 / unit);
  row(program, scaled, Number.NEGATIVE_INFINITY, limit / unit);
}
