import type { TensorValue } from '../../inference/session.js';
import { spreadIndices } from '../../util/spread.js';
import { numbersOf, type Outputs } from '../elements.js';
import { HEADS, type Head, type HeadName } from './head.js';

/** Least number of candidates of a detector. */
const MIN_ANCHORS = 32;
/** Share of boxes that must be plausible for a layout. */
const MIN_POSSIBLE = 0.9;
/** Limit on inspected candidates of a sample. */
const MAX_ROWS = 512;

/**
 * Finds the detector head that fits the shapes and values of the outputs: plausible boxes, scores in 0..1. Undefined if
 * no known head fits.
 * @param wanted the layout, if known
 */
export function findHead(runs: readonly Outputs[], wanted?: HeadName): Head | undefined {
  const [first] = runs;
  if (!first) return undefined;
  const names = Object.keys(first).filter((name) => first[name].dtype === 'float32');
  for (const head of wanted ? [wanted] : HEADS) {
    const found =
      head === 'ssd' ? pairOf(names, runs) : names.length === 1 || wanted ? singleOf(names, runs, head) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** Rows and columns of a tensor of one sample; undefined if it is not a matrix. */
function matrixOf({ shape }: TensorValue): [number, number] | undefined {
  const dims = shape.length === 3 && shape[0] === 1 ? shape.slice(1) : shape;
  return dims.length === 2 ? [dims[0], dims[1]] : undefined;
}

function singleOf(
  names: readonly string[],
  runs: readonly Outputs[],
  head: Exclude<HeadName, 'ssd'>,
): Head | undefined {
  for (const name of names) {
    const matrix = matrixOf(runs[0][name]);
    if (!matrix) continue;
    const [count, width] = head === 'yolov8' ? [matrix[1], matrix[0]] : matrix;
    const fits =
      head === 'decoded' ? width === 6 : count >= MIN_ANCHORS && count > width && width >= (head === 'yolov8' ? 5 : 6);
    if (!fits) continue;
    const isColumns = head === 'yolov8';
    const rows = runs.flatMap((outputs) => rowsOf(outputs[name], isColumns));
    const scores = rows.flatMap((row) => (head === 'decoded' ? [row[4]] : row.slice(4)));
    const isPossible =
      scores.every(isProbability) &&
      (head !== 'decoded' || rows.every((row) => Number.isInteger(row[5]) && row[5] >= 0));
    const format = isPossible ? formatOf(rows, head === 'decoded' ? ['corners'] : ['centre']) : undefined;
    if (format && rows.length > 0)
      return { head, boxes: name, format, normalized: areFractions(rows), background: false };
  }
  return undefined;
}

/** SSD: two outputs with equally many rows, boxes and scores in either order. */
function pairOf(names: readonly string[], runs: readonly Outputs[]): Head | undefined {
  for (const boxes of names) {
    for (const scores of names) {
      const [a, b] = [matrixOf(runs[0][boxes]), matrixOf(runs[0][scores])];
      if (boxes === scores || !a || !b || a[0] !== b[0] || a[0] < MIN_ANCHORS || a[1] !== 4) continue;
      const rows = runs.flatMap((outputs) => rowsOf(outputs[boxes], false));
      const own = runs.flatMap((outputs) => rowsOf(outputs[scores], false));
      const format = own.every((row) => row.every(isProbability)) ? formatOf(rows, ['corners', 'centre']) : undefined;
      if (!format) continue;
      const sums = own.map((row) => row.reduce((x, y) => x + y, 0));
      const background = b[1] > 1 && sums.every((sum) => Math.abs(sum - 1) < 1e-2);
      return { head: 'ssd', boxes, scores, format, normalized: areFractions(rows), background };
    }
  }
  return undefined;
}

/** Evenly spread rows of a tensor. */
function rowsOf(tensor: TensorValue, isColumns: boolean): number[][] {
  const [values, matrix] = [numbersOf(tensor), matrixOf(tensor)];
  if (!values || !matrix) return [];
  const [count, width] = isColumns ? [matrix[1], matrix[0]] : matrix;
  return spreadIndices(count, MAX_ROWS).map((row) =>
    Array.from({ length: width }, (_, k) => (isColumns ? values[k * count + row] : values[row * width + k])),
  );
}

const isProbability = (value: number) => value >= -1e-6 && value <= 1 + 1e-6;

function formatOf(rows: readonly number[][], formats: readonly Head['format'][]): Head['format'] | undefined {
  const isPossible = ([a, b, c, d]: number[], format: Head['format']) =>
    format === 'corners' ? c >= a && d >= b : c >= 0 && d >= 0;
  return formats.find((format) => rows.filter((row) => isPossible(row, format)).length >= MIN_POSSIBLE * rows.length);
}

/** Whether coordinates are fractions: those in pixels exceed 2. */
const areFractions = (rows: readonly number[][]): boolean =>
  rows.every((row) => row.slice(0, 4).every((value) => Math.abs(value) <= 2));
