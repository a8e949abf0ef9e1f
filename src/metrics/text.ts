import { lanesOf, numbersOf, type Outputs, wideAxes } from '../outputs/elements.js';
import { AutosplitError } from '../util/error.js';
import { clamp, type OpenMetric, ofDataset, weightOf } from './metric.js';

export interface TextOptions {
  /** Symbols by the index of their class, the blank left out; undefined where the model gives strings. */
  alphabet?: readonly string[];
  /** Class that stands for nothing. */
  blank?: number;
}

/** Least number of insertions, deletions and substitutions that make one sequence of the other (Levenshtein 1966). */
export function editDistance<T>(a: readonly T[], b: readonly T[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}

/**
 * Greedy decoding of connectionist temporal classification (Graves et al. 2006): repeated classes once, blanks left
 * out.
 */
export function collapse(path: ArrayLike<number>, blank: number): number[] {
  return Array.from(path).filter((value, i) => value !== blank && (i === 0 || value !== path[i - 1]));
}

/**
 * The text that the first output says: a string, the numbers of symbols, or scores of symbols over time, decoded
 * greedily.
 */
export function textOf(outputs: Outputs, { alphabet, blank = 0 }: TextOptions): string {
  const [tensor] = Object.values(outputs);
  if (tensor.dtype === 'string') return Array.from(tensor.data as unknown as ArrayLike<string>).join(' ');
  if (!alphabet)
    throw new AutosplitError(
      'METRIC_INVALID',
      'the network gives no strings, and no `alphabet` says what its classes mean',
      {
        hint: 'metric: { name: ctc, alphabet: "0123456789", blank: 10 }',
      },
    );
  const path = /float/.test(tensor.dtype) ? bestPath(outputs, alphabet.length + 1) : (numbersOf(tensor) ?? []);
  return collapse(path, blank)
    .map((value) => alphabet[value < blank ? value : value - 1] ?? '')
    .join('');
}

function bestPath(outputs: Outputs, classes: number): number[] {
  const [[name, tensor]] = Object.entries(outputs);
  const axes = wideAxes(tensor.shape).filter((axis) => tensor.shape[axis] === classes);
  if (axes.length === 0)
    throw new AutosplitError(
      'METRIC_INVALID',
      `output "${name}" of shape [${tensor.shape.join(', ')}] has no axis of ${classes} classes: ${classes - 1} symbols and the blank`,
      { hint: 'give the whole `alphabet`, in the order of the classes, without the blank' },
    );
  const { outer, size, inner } = lanesOf(tensor.shape, axes[axes.length - 1]);
  const values = numbersOf(tensor) ?? [];
  return Array.from({ length: outer * inner }, (_, position) => {
    const start = Math.floor(position / inner) * size * inner + (position % inner);
    let best = 0;
    for (let k = 1; k < size; k++) if (values[start + k * inner] > values[start + best * inner]) best = k;
    return best;
  });
}

type Errors = [errors: number, length: number];

/** 1 less the errors of all samples over what all labels have of words or characters, at least 0. */
export function errorRateScore(records: readonly Errors[], weights?: ArrayLike<number>): number {
  let [errors, length] = [0, 0];
  for (const [i, [wrong, all]] of records.entries()) {
    errors += weightOf(weights, i) * wrong;
    length += weightOf(weights, i) * all;
  }
  return length === 0 ? (errors === 0 ? 1 : 0) : clamp(1 - errors / length);
}

export const wordsOf = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/**
 * `ctc`: the text is exactly the label; `edit`: 1 less the edit distance over the longer of both; `wer`, `cer`: 1 less
 * the error rate.
 */
export function textMetric(
  name: 'ctc' | 'edit' | 'wer' | 'cer',
  labels: readonly string[],
  options: TextOptions,
): OpenMetric {
  const text = (outputs: Outputs) => textOf(outputs, options);
  if (name === 'ctc') return { score: (outputs, sample) => (text(outputs) === labels[sample] ? 1 : 0), notes: [] };
  if (name === 'edit') return { score: (outputs, sample) => editScore(text(outputs), labels[sample]), notes: [] };
  const split = name === 'wer' ? wordsOf : (value: string) => [...value];
  const record = (outputs: Outputs, sample: number): Errors => {
    const wanted = split(labels[sample]);
    return [editDistance(split(text(outputs)), wanted), wanted.length];
  };
  return { ...ofDataset<Errors>({ record, score: errorRateScore }), notes: [] };
}

function editScore(found: string, wanted: string): number {
  const [a, b] = [[...found], [...wanted]];
  const longest = Math.max(a.length, b.length);
  return longest === 0 ? 1 : 1 - editDistance(a, b) / longest;
}
