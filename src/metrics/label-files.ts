import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { arrayCaches, openArrayFile } from '../samples/array-file.js';
import { AutosplitError } from '../util/error.js';
import type { Picture } from './picture.js';

/** A label that is an array, with the shape of its file; a picture has [height, width, channels]. */
export interface LabelArray {
  shape: readonly number[];
  values: ArrayLike<number>;
  /** True for pictures; their values are 0..255. */
  isPicture: boolean;
}

/** Reads the array or picture of a label; the path is relative to the CSV. Throws LABELS_INVALID, SAMPLES_INVALID. */
export async function readLabelArray(csv: string, label: string): Promise<LabelArray> {
  const file = path.resolve(path.dirname(csv), label);
  if (/\.np[yz]$/i.test(file)) {
    const [stored] = (await openArrayFile(file, label, arrayCaches())).values();
    const { shape } = stored.header;
    const data = await stored.read(
      0,
      shape.reduce((a, b) => a * b, 1),
    );
    return { shape, values: Float64Array.from(data as ArrayLike<number>, Number), isPicture: false };
  }
  const fail = (message: string, hint: string, cause?: unknown) =>
    new AutosplitError('LABELS_INVALID', `${file}: ${message}`, {
      location: { file },
      hint,
      ...(cause !== undefined && { cause }),
    });
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw fail('cannot be read', `the column \`label\` of ${path.basename(csv)} names files relative to it`, cause);
  });
  const read = async () => {
    // Loaded here: reading a config does not need it.
    const { default: sharp } = await import('sharp');
    const { isPalette, space } = await sharp(bytes).metadata();
    const decoded = space === 'b-w' ? sharp(bytes).toColourspace('b-w') : sharp(bytes);
    return { isPalette, raw: await decoded.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true }) };
  };
  const { isPalette, raw } = await read().catch((cause: unknown) => {
    throw fail('cannot be decoded', 'give a PNG, or .npy', cause);
  });
  const { width, height, channels } = raw.info;
  if (isPalette && channels > 1)
    throw fail(
      'is a PNG of colours from a palette',
      'save it as 8-bit greyscale, or as .npy: a palette hides the numbers of classes',
    );
  return {
    shape: [height, width, channels],
    values: new Uint8Array(raw.data.buffer, raw.data.byteOffset, raw.data.length),
    isPicture: true,
  };
}

/** Class index by pixel: the first channel of a picture. */
export function maskOf({ shape, values, isPicture }: LabelArray): ArrayLike<number> {
  const channels = isPicture ? shape[2] : 1;
  return channels === 1
    ? values
    : Uint8Array.from({ length: values.length / channels }, (_, i) => values[i * channels]);
}

/**
 * Converts a tensor [1, C, H, W] or [1, H, W, C], or the same without leading ones, to rows of pixels. The last axis is
 * the channels if it is short and the first one is not.
 */
export function pictureOf(shape: readonly number[], values: ArrayLike<number>): Picture {
  const dims = shape.length > 3 ? shape.slice(shape.length - 3) : shape.length === 2 ? [1, ...shape] : [...shape];
  const isLast = dims[2] <= 4 && dims[0] > 4;
  const [channels, height, width] = isLast ? [dims[2], dims[0], dims[1]] : dims;
  if (isLast) return { height, width, channels, values };
  const plane = height * width;
  return {
    height,
    width,
    channels,
    values: Float64Array.from(
      { length: values.length },
      (_, i) => values[(i % channels) * plane + Math.floor(i / channels)],
    ),
  };
}
