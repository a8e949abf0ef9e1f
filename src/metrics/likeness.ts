import { pictureOf, readLabelArray } from './label-files.js';
import { clamp, type LabelledMetric, labelled, type OpenMetric } from './metric.js';
import { numbersIn, unequal } from './output.js';
import { type Picture, psnr, ssim } from './picture.js';

/** Decibels at which a picture counts as the same. */
const SAME_DECIBELS = 50;

/** 1 for pictures that are the same; 0 for those that have nothing in common. */
function opener(similarity: (found: Picture, wanted: Picture, range: number) => number): LabelledMetric['open'] {
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

/** Peak signal-to-noise ratio over 50 dB, at most 1. */
export const psnrMetric = labelled(
  'files',
  opener((a, b, range) => psnr(a.values, b.values, range) / SAME_DECIBELS),
);

/** Structural similarity. */
export const ssimMetric = labelled('files', opener(ssim));
