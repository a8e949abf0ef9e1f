import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Box } from '../outputs/detections/boxes.js';
import type { Preprocess } from '../samples/types.js';
import { AutosplitError } from '../util/error.js';
import type { TrueBox } from './average-precision.js';

type Size = readonly [width: number, height: number];

/** Labelled boxes of the samples, in pixels of the model's input. */
export interface GroundTruth {
  boxes: TrueBox[][];
  /** Number of named classes; undefined if the files name none. */
  classes?: number;
}

export interface TruthSources {
  /** A COCO JSON, or a folder of YOLO .txt files. */
  labels: string;
  /** Paths of the pictures of the samples. */
  files: readonly string[];
  preprocess: Preprocess;
  /**
   * Number of classes of the model. If it is larger than the number of COCO categories, category ids are class indices;
   * else classes are numbered in the order of the ids.
   */
  modelClasses: number;
}

/** Reads the boxes of each picture. Throws LABELS_INVALID. */
export async function readBoxes(sources: TruthSources): Promise<GroundTruth> {
  const isFolder = await stat(sources.labels).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  return isFolder ? yoloBoxes(sources) : cocoBoxes(sources);
}

interface Coco {
  images: { id: number; file_name: string; width: number; height: number }[];
  annotations: { image_id: number; category_id: number; bbox: [number, number, number, number]; iscrowd?: number }[];
  categories: { id: number }[];
}

/** Reads boxes of the COCO format: left, top, width, height in pixels of the picture. */
async function cocoBoxes({ labels, files, preprocess, modelClasses }: TruthSources): Promise<GroundTruth> {
  const coco = await readCoco(labels);
  const ids = coco.categories.map(({ id }) => id).sort((a, b) => a - b);
  const areIds = modelClasses > ids.length && modelClasses > Math.max(...ids);
  const byName = new Map(coco.images.map((image) => [path.posix.basename(image.file_name), image]));
  const boxes = files.map((file) => {
    const image = byName.get(path.basename(file));
    if (!image)
      throw invalid(
        labels,
        `no image is called ${path.basename(file)}`,
        'list every picture in `images`, by its `file_name`',
      );
    const place = placing([image.width, image.height], preprocess);
    return coco.annotations
      .filter((each) => each.image_id === image.id)
      .map(
        ({ bbox: [x, y, w, h], category_id, iscrowd }): TrueBox => ({
          box: place([x, y, x + w, y + h]),
          class: areIds ? category_id : ids.indexOf(category_id),
          crowd: iscrowd === 1,
        }),
      );
  });
  return { boxes, classes: ids.length };
}

async function readCoco(file: string): Promise<Coco> {
  try {
    const parsed: Coco = JSON.parse(await readFile(file, 'utf8'));
    if ([parsed.images, parsed.annotations, parsed.categories].every(Array.isArray)) return parsed;
  } catch (cause) {
    throw invalid(file, 'cannot be read as JSON', 'give a COCO JSON, or a folder of YOLO .txt files', cause);
  }
  throw invalid(file, 'has no images, annotations and categories', 'give a COCO JSON, or a folder of YOLO .txt files');
}

/**
 * Reads NAME.txt for each picture: one line per box with class, centre, width and height as fractions of the picture. A
 * missing file means no boxes.
 */
async function yoloBoxes({ labels, files, preprocess }: TruthSources): Promise<GroundTruth> {
  const boxes: TrueBox[][] = [];
  // Loaded here: a config is read without it.
  const { default: sharp } = await import('sharp');
  for (const file of files) {
    const named = path.join(labels, `${path.basename(file, path.extname(file))}.txt`);
    const text = await readFile(named, 'utf8').catch(() => '');
    const { width = 1, height = 1 } = await sharp(file).metadata();
    const place = placing([width, height], preprocess);
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
    boxes.push(
      lines.map((line, i): TrueBox => {
        const numbers = line.trim().split(/\s+/).map(Number);
        const [of, x, y, w, h] = numbers;
        if (numbers.length !== 5 || !numbers.every(Number.isFinite) || !Number.isInteger(of))
          throw invalid(
            `${named}:${i + 1}`,
            `is "${line}"`,
            'write class x y width height, the last four as fractions of the picture',
          );
        return {
          box: place([(x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width, (y + h / 2) * height]),
          class: of,
          crowd: false,
        };
      }),
    );
  }
  if (boxes.every((each) => each.length === 0))
    throw invalid(labels, 'holds no box of any picture', 'name the files as the pictures: 0001.jpg, 0001.txt');
  return { boxes };
}

/** Maps boxes of a picture to the model's input: resized, shifted and cropped like the picture. */
export function placing(
  [width, height]: Size,
  { resize, fit, crop }: Pick<Preprocess, 'resize' | 'fit' | 'crop'>,
): (box: Box) => Box {
  const scaled = scaleOf([width, height], resize, fit);
  let { offset, size } = scaled;
  if (crop) {
    offset = [offset[0] - Math.floor((size[0] - crop[0]) / 2), offset[1] - Math.floor((size[1] - crop[1]) / 2)];
    size = crop;
  }
  const along = (value: number, axis: 0 | 1) =>
    Math.min(size[axis], Math.max(0, value * scaled.scale[axis] + offset[axis]));
  return ([left, top, right, bottom]) => [along(left, 0), along(top, 1), along(right, 0), along(bottom, 1)];
}

function scaleOf(
  [width, height]: Size,
  resize: Preprocess['resize'],
  fit: Preprocess['fit'],
): { scale: Size; offset: Size; size: Size } {
  if (resize === undefined) return { scale: [1, 1], offset: [0, 0], size: [width, height] };
  if (typeof resize === 'number') {
    const scale = resize / Math.min(width, height);
    return { scale: [scale, scale], offset: [0, 0], size: [Math.floor(width * scale), Math.floor(height * scale)] };
  }
  const [sx, sy] = [resize[0] / width, resize[1] / height];
  if (fit === 'fill') return { scale: [sx, sy], offset: [0, 0], size: resize };
  const scale = fit === 'cover' ? Math.max(sx, sy) : Math.min(sx, sy);
  const offset = (length: number, wanted: number) => -Math.floor((Math.round(length * scale) - wanted) / 2);
  return { scale: [scale, scale], offset: [offset(width, resize[0]), offset(height, resize[1])], size: resize };
}

const invalid = (file: string, message: string, hint: string, cause?: unknown) =>
  new AutosplitError('LABELS_INVALID', `${file}: ${message}`, {
    location: { file },
    hint,
    ...(cause !== undefined && { cause }),
  });
