import { numbersOf, type Outputs } from '../outputs/elements.js';
import type { OutputFact } from '../outputs/fact.js';
import { AutosplitError } from '../util/error.js';
import { areaUnderCurve, type Ranked } from './auc.js';
import { type LabelArray, maskOf, pictureOf, readLabelArray } from './label-files.js';
import { clamp, type OpenMetric, ofDataset } from './metric.js';
import type { MetricOptions } from './options.js';
import { psnr, ssim } from './picture.js';
import { segmentationMetric } from './segmentation.js';
import { textMetric } from './text.js';

export interface LabelledSources {
  options: MetricOptions;
  /** The CSV, and its labels in the order of the samples. */
  csv: string;
  labels: readonly string[];
  /** Names of the samples. */
  names: readonly string[];
  /** How the outputs look. */
  facts: readonly OutputFact[];
}

/** Decibels at which a picture counts as the same. */
const SAME_DECIBELS = 50;

type Opener = (sources: LabelledSources) => Promise<OpenMetric>;

/** Metrics whose labels are a CSV, by name. Errors are LABELS_INVALID and METRIC_INVALID. */
export const LABELLED: Readonly<Record<string, Opener>> = {
  miou: segmentation('miou'),
  'pixel-accuracy': segmentation('pixel-accuracy'),
  ctc: text('ctc'),
  edit: text('edit'),
  wer: text('wer'),
  cer: text('cer'),
  psnr: pictures((a, b, range) => psnr(a.values, b.values, range) / SAME_DECIBELS),
  ssim: pictures(ssim),
  mae: meanAbsoluteError,
  auc,
};

function segmentation(name: 'miou' | 'pixel-accuracy'): Opener {
  return async ({ csv, labels, names, facts, options }) => {
    const masks: ArrayLike<number>[] = [];
    for (const label of labels) masks.push(maskOf(await readLabelArray(csv, label)));
    const own = options.output === undefined ? facts : facts.filter((fact) => fact.name === options.output);
    return segmentationMetric(name, masks, names, own);
  };
}

function text(name: 'ctc' | 'edit' | 'wer' | 'cer'): Opener {
  return async ({ labels, options: { alphabet, blank, output } }) => {
    const symbols = typeof alphabet === 'string' ? [...alphabet] : alphabet;
    const metric = textMetric(name, labels, {
      ...(symbols && { alphabet: symbols }),
      ...(blank !== undefined && { blank }),
    });
    return onOutput(metric, output);
  };
}

/** 1 for pictures that are the same; 0 for those that have nothing in common. */
function pictures(
  similarity: (found: ReturnType<typeof pictureOf>, wanted: ReturnType<typeof pictureOf>, range: number) => number,
): Opener {
  return async ({ csv, labels, names, options }) => {
    const score: OpenMetric['score'] = async (outputs, sample) => {
      const { tensor, values } = numbersIn(outputs, options.output);
      const label = await readLabelArray(csv, labels[sample]);
      if (label.values.length !== values.length) throw unequal(names[sample], label, values.length);
      const range = options.range ?? (/float/.test(tensor.dtype) ? 1 : 255);
      const wanted = pictureOf(label.isPicture ? [1, ...label.shape] : label.shape, label.values);
      const scaled = label.isPicture
        ? { ...wanted, values: Float64Array.from(wanted.values, (value) => (value * range) / 255) }
        : wanted;
      const found = similarity(pictureOf(tensor.shape, values), scaled, range);
      return Number.isNaN(found) ? 0 : clamp(found);
    };
    return { score, notes: [] };
  };
}

/** 1 less the mean absolute error over a scale: that of the config, or the standard deviation of the labels. */
async function meanAbsoluteError({ csv, labels, names, options }: LabelledSources): Promise<OpenMetric> {
  const wanted: ArrayLike<number>[] = [];
  for (const label of labels)
    wanted.push(/\.np[yz]$/i.test(label) ? (await readLabelArray(csv, label)).values : numbersOfText(csv, label));
  const scale = options.scale ?? spreadOf(wanted);
  const score = (outputs: Outputs, sample: number) => {
    const [{ values }, truth] = [numbersIn(outputs, options.output), wanted[sample]];
    if (truth.length !== values.length)
      throw unequal(names[sample], { shape: [truth.length], values: truth, isPicture: false }, values.length);
    let sum = 0;
    for (let i = 0; i < truth.length; i++) sum += Math.abs(values[i] - truth[i]);
    return Number.isFinite(sum) ? clamp(1 - sum / truth.length / scale) : 0;
  };
  return { score, notes: [] };
}

function numbersOfText(csv: string, label: string): number[] {
  const numbers = label
    .trim()
    .split(/[\s;]+/)
    .map(Number);
  if (label.trim() !== '' && numbers.every(Number.isFinite)) return numbers;
  throw new AutosplitError('LABELS_INVALID', `${csv}: "${label}" is no list of numbers`, {
    hint: 'mae takes numbers with spaces between, or the name of an .npy file',
  });
}

function spreadOf(labels: readonly ArrayLike<number>[]): number {
  const all = labels.flatMap((values) => Array.from(values));
  const mean = all.reduce((a, b) => a + b, 0) / all.length;
  return Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length) || 1;
}

/** Area under the curve of one element of the output, for labels 0 and 1. */
async function auc({ csv, labels, options }: LabelledSources): Promise<OpenMetric> {
  const wrong = labels.find((label) => !/^\s*[01]\s*$/.test(label));
  if (wrong !== undefined)
    throw new AutosplitError('LABELS_INVALID', `${csv}: label "${wrong}" is neither 0 nor 1`, {
      hint: 'auc takes 1 for samples of the class and 0 for others',
    });
  const record = (outputs: Outputs, sample: number): Ranked => {
    const { values } = numbersIn(outputs, options.output);
    const value = values[options.class ?? values.length - 1];
    return [Number.isFinite(value) ? value : Number.NEGATIVE_INFINITY, Number(labels[sample]) === 1];
  };
  return { ...ofDataset<Ranked>({ record, score: areaUnderCurve }), notes: [] };
}

function numbersIn(outputs: Outputs, name: string | undefined) {
  const tensor = only(outputs, name);
  const values = numbersOf(tensor);
  if (values) return { tensor, values };
  throw new AutosplitError('METRIC_INVALID', `the output holds ${tensor.dtype}, not numbers`);
}

/** The output that is named, or the first. */
function only(outputs: Outputs, name: string | undefined): Outputs[string] {
  const tensor = name === undefined ? Object.values(outputs)[0] : outputs[name];
  if (tensor) return tensor;
  throw new AutosplitError('METRIC_INVALID', `the network has no output "${name ?? ''}"`, {
    hint: `it has ${Object.keys(outputs).join(', ')}`,
  });
}

/** The same metric on one output. */
function onOutput({ score, dataset, notes }: OpenMetric, name: string | undefined): OpenMetric {
  const of = (outputs: Outputs): Outputs => ({ [name ?? Object.keys(outputs)[0]]: only(outputs, name) });
  return {
    score: (outputs, sample) => score(of(outputs), sample),
    ...(dataset && { dataset: { ...dataset, record: (outputs, sample) => dataset.record(of(outputs), sample) } }),
    notes,
  };
}

const unequal = (name: string, { shape }: LabelArray, length: number) =>
  new AutosplitError(
    'LABELS_INVALID',
    `the label of ${name} is [${shape.join(', ')}], the network gives ${length} values`,
    {
      hint: 'labels must have the shape of the output',
    },
  );
