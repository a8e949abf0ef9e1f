import { pictureOf, readLabelArray } from './label-files.js';
import { clamp, type LabelledMetric, labelled, type OpenMetric } from './metric.js';
import { numbersIn, unequal } from './output.js';
import { type Picture, psnr, ssim } from './picture.js';

/** Peak signal-to-noise ratio in dB that scores 1. */
const SAME_DECIBELS = 50;

/** Opens a metric that compares the output with a picture: 1 if they are equal, 0 if they have nothing in common. */
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

/** Peak signal-to-noise ratio divided by 50 dB, at most 1. */
export const psnrMetric = labelled(
  'files',
  opener((a, b, range) => psnr(a.values, b.values, range) / SAME_DECIBELS),
);

/** Structural similarity. */
export const ssimMetric = labelled('files', opener(ssim));
