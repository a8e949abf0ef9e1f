import { lanesOf, largestIndices, numbersOf, type Outputs, wideAxes } from '../outputs/elements.js';
import type { OutputFact } from '../outputs/fact.js';
import { AutosplitError } from '../util/error.js';
import { inOrder } from '../util/in-order.js';
import { maskOf, readLabelArray } from './label-files.js';
import { labelled, ofDataset, weightOf } from './metric.js';

/** Label of pixels that are ignored, as in Pascal VOC and Cityscapes. */
const IGNORED = 255;

/** Pixel counts by class: labelled, found, and both. Plain data. */
export type Confusion = [label: number, truth: number, found: number, both: number][];

/**
 * Counts pixels by class; pixels with label 255 are ignored.
 * @throws AutosplitError LABELS_INVALID where the mask has another number of pixels
 */
export function confusionOf(found: ArrayLike<number>, truth: ArrayLike<number>, sample: string): Confusion {
  if (found.length !== truth.length)
    throw new AutosplitError(
      'LABELS_INVALID',
      `the mask of ${sample} has ${truth.length} pixels, the network gives ${found.length}`,
      {
        hint: 'save masks in the size of the output of the network',
      },
    );
  const counts = new Map<number, Confusion[number]>();
  const of = (label: number) => {
    const known = counts.get(label) ?? [label, 0, 0, 0];
    counts.set(label, known);
    return known;
  };
  for (let i = 0; i < found.length; i++) {
    if (truth[i] === IGNORED) continue;
    of(truth[i])[1]++;
    of(found[i])[2]++;
    if (truth[i] === found[i]) of(truth[i])[3]++;
  }
  return [...counts.values()].sort(([a], [b]) => a - b);
}

/**
 * Mean intersection over union over the classes, of the pixels of all samples together (Everingham et al., The Pascal
 * VOC challenge, 2010).
 */
export function meanIou(records: readonly Confusion[], weights?: ArrayLike<number>): number {
  const unions = new Map<number, [both: number, either: number]>();
  for (const [i, record] of records.entries())
    for (const [label, truth, found, both] of record) {
      const [a, b] = unions.get(label) ?? [0, 0];
      unions.set(label, [a + weightOf(weights, i) * both, b + weightOf(weights, i) * (truth + found - both)]);
    }
  const shares = [...unions.values()].filter(([, either]) => either > 0).map(([both, either]) => both / either);
  return shares.length === 0 ? 1 : shares.reduce((a, b) => a + b, 0) / shares.length;
}

/** Share of correct pixels over all samples. */
export function pixelAccuracy(records: readonly Confusion[], weights?: ArrayLike<number>): number {
  let [right, all] = [0, 0];
  for (const [i, record] of records.entries())
    for (const [, truth, , both] of record) {
      right += weightOf(weights, i) * both;
      all += weightOf(weights, i) * truth;
    }
  return all === 0 ? 1 : right / all;
}

/** The class of each pixel: the largest score along the class axis, or the labels that the model outputs. */
export function classMap(outputs: Outputs, facts: readonly OutputFact[]): ArrayLike<number> {
  const fact = facts.find(({ kind }) => kind === 'classes' || kind === 'labels') ?? facts[0];
  const tensor = outputs[fact.name];
  const values = numbersOf(tensor) ?? [];
  if (fact.kind === 'labels' || !/float/.test(tensor.dtype)) return values;
  const axis = fact.kind === 'classes' ? fact.axis : classAxis(tensor.shape);
  return largestIndices(values, lanesOf(tensor.shape, axis));
}

/** Class axis of logits [1, C, H, W] or [1, H, W, C]: the shorter one of the first and last axis. */
function classAxis(shape: readonly number[]): number {
  const axes = wideAxes(shape);
  const [first, last] = [axes[0] ?? 0, axes[axes.length - 1] ?? 0];
  return shape[first] <= shape[last] ? first : last;
}

type Score = (records: readonly Confusion[], weights?: ArrayLike<number>) => number;

/** Makes a metric of class masks; pixels with label 255 are ignored. */
const segmentation = (score: Score) =>
  labelled('files', async ({ csv, labels, names, facts, options }) => {
    const masks = await inOrder(labels, async (label) => maskOf(await readLabelArray(csv, label)));
    const all = await facts();
    const own = options.output === undefined ? all : all.filter((fact) => fact.name === options.output);
    const record = (outputs: Outputs, sample: number) =>
      confusionOf(classMap(outputs, own), masks[sample], names[sample]);
    return { ...ofDataset<Confusion>({ record, score }), notes: [] };
  });

export const miouMetric = segmentation(meanIou);
export const pixelAccuracyMetric = segmentation(pixelAccuracy);
