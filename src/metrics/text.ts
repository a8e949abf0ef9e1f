import { lanesOf, largestIndices, numbersOf, type Outputs, wideAxes } from '../outputs/elements.js';
import { AutosplitError } from '../util/error.js';
import { clamp, labelled, type MetricSources, type OpenMetric, ofDataset, weightOf } from './metric.js';
import { only, onOutput } from './output.js';

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
  if (!alphabet) throw noAlphabet();
  const path = /float/.test(tensor.dtype) ? bestPath(outputs, alphabet.length + 1) : (numbersOf(tensor) ?? []);
  return collapse(path, blank)
    .map((value) => alphabet[value < blank ? value : value - 1] ?? '')
    .join('');
}

const noAlphabet = () =>
  new AutosplitError('METRIC_INVALID', 'the network gives no strings, and no `alphabet` says what its classes mean', {
    hint: 'metric: { name: ctc, alphabet: "0123456789", blank: 10 }',
  });

/** The last axis of as many classes. */
function classAxis(name: string, shape: readonly number[], classes: number): number {
  const axes = wideAxes(shape).filter((axis) => shape[axis] === classes);
  if (axes.length > 0) return axes[axes.length - 1];
  throw new AutosplitError(
    'METRIC_INVALID',
    `output "${name}" of shape [${shape.join(', ')}] has no axis of ${classes} classes: ${classes - 1} symbols and the blank`,
    { hint: 'give the whole `alphabet`, in the order of the classes, without the blank' },
  );
}

function bestPath(outputs: Outputs, classes: number): number[] {
  const [[name, tensor]] = Object.entries(outputs);
  const lanes = lanesOf(tensor.shape, classAxis(name, tensor.shape, classes));
  return [...largestIndices(numbersOf(tensor) ?? [], lanes)];
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
 * A metric of texts. What the outputs can not say is refused before the model runs: a model that gives no strings needs
 * an alphabet, and scores need an axis of as many classes.
 */
const text = (score: (read: (outputs: Outputs) => string, labels: readonly string[]) => Omit<OpenMetric, 'notes'>) =>
  labelled('column', async ({ labels, graph, options: { alphabet, blank, output } }) => {
    const symbols = typeof alphabet === 'string' ? [...alphabet] : alphabet;
    refuseUnreadable(graph, output, symbols);
    const read: TextOptions = { ...(symbols && { alphabet: symbols }), ...(blank !== undefined && { blank }) };
    return onOutput({ ...score((outputs) => textOf(outputs, read), labels), notes: [] }, output);
  });

/** The text is exactly the label. */
export const ctcMetric = text((read, labels) => ({
  score: (outputs, sample) => (read(outputs) === labels[sample] ? 1 : 0),
}));

/** 1 less the edit distance over the longer of both texts. */
export const editMetric = text((read, labels) => ({
  score: (outputs, sample) => editScore(read(outputs), labels[sample]),
}));

/** 1 less the error rate over words or characters. */
const errorRate = (split: (text: string) => string[]) =>
  text((read, labels) => {
    const record = (outputs: Outputs, sample: number): Errors => {
      const wanted = split(labels[sample]);
      return [editDistance(split(read(outputs)), wanted), wanted.length];
    };
    return ofDataset<Errors>({ record, score: errorRateScore });
  });

export const werMetric = errorRate(wordsOf);
export const cerMetric = errorRate((value) => [...value]);

function refuseUnreadable(
  { outputs }: MetricSources['graph'],
  output: string | undefined,
  alphabet: readonly string[] | undefined,
): void {
  if (outputs.length === 0) return;
  const read = only(Object.fromEntries(outputs.map((each) => [each.name, each])), output);
  if (read.dtype === undefined || read.dtype === 'string') return;
  if (!alphabet) throw noAlphabet();
  const { name, dtype, shape } = read;
  if (/float/.test(dtype) && shape?.every((dim): dim is number => typeof dim === 'number'))
    classAxis(name, shape, alphabet.length + 1);
}

function editScore(found: string, wanted: string): number {
  const [a, b] = [[...found], [...wanted]];
  const longest = Math.max(a.length, b.length);
  return longest === 0 ? 1 : 1 - editDistance(a, b) / longest;
}
