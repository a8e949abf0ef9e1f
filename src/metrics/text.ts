import { lanesOf, largestIndices, numbersOf, type Outputs, wideAxes } from '../outputs/elements.js';
import { AutosplitError } from '../util/error.js';
import { clamp, labelled, type MetricSources, type OpenMetric, ofDataset, weightOf } from './metric.js';
import { only, onOutput } from './output.js';

export interface TextOptions {
  /** Symbols by class index, without the blank; undefined if the model outputs strings. */
  alphabet?: readonly string[];
  /** Class index of the blank. */
  blank?: number;
}

/**
 * Edit distance: the least number of insertions, deletions and substitutions between two sequences (Levenshtein 1966).
 */
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
 * Greedy decoding of connectionist temporal classification (Graves et al. 2006): merges repeated classes, then drops
 * blanks.
 */
export function collapse(path: ArrayLike<number>, blank: number): number[] {
  return Array.from(path).filter((value, i) => value !== blank && (i === 0 || value !== path[i - 1]));
}

/**
 * Reads the text of the first output: a string, class indices, or scores of classes over time, which are decoded
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

/** The last axis with this many classes. Throws METRIC_INVALID if there is none. */
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

/** 1 - errors / length over all samples, at least 0; the length is that of the labels in words or characters. */
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
 * Makes a metric of texts. It refuses before the model runs what the outputs rule out: a model without string outputs
 * needs an alphabet, and scores need an axis with as many classes.
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

/** 1 - edit distance / length of the longer text. */
export const editMetric = text((read, labels) => ({
  score: (outputs, sample) => editScore(read(outputs), labels[sample]),
}));

/** 1 - error rate over words or characters. */
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
