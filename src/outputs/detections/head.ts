import { numbersOf, type Outputs } from '../elements.js';
import { type Box, type Detection, suppress } from './boxes.js';

export const HEADS = ['yolov5', 'yolov8', 'ssd', 'decoded'] as const;
export type HeadName = (typeof HEADS)[number];

/** How the outputs of a detector encode boxes. Plain data. */
export interface Head {
  head: HeadName;
  /** Output with the boxes, and with the scores except for SSD. */
  boxes: string;
  /** SSD: output with the scores. */
  scores?: string;
  /** Corners (left, top, right, bottom), or centre with width and height. */
  format: 'corners' | 'centre';
  /** True if coordinates are fractions of the picture. */
  normalized: boolean;
  /** SSD: whether the first class is the background. */
  background: boolean;
}

export interface DetectOptions {
  /** Least score of a box. */
  confidence: number;
  /** Overlap above which the weaker of two boxes of a class is dropped. */
  suppression: number;
  most: number;
  /** Width and height of the model's input, for fractions. */
  size: readonly [number, number];
}

/**
 * Decodes the boxes of one sample. Layouts: YOLOv5 [1, N, 5 + C] with an objectness score before the class scores
 * (Ultralytics yolov5, utils/general.py, non_max_suppression); YOLOv8 and 11 [1, 4 + C, N]; SSD [1, N, 4] and [1, N,
 * C]; decoded [N, 6] as left, top, right, bottom, score, class.
 */
export function detect(head: Head, outputs: Outputs, options: DetectOptions): Detection[] {
  const found: Detection[] = [];
  const [width, height] = head.normalized ? options.size : [1, 1];
  for (const { values, score, class: of } of rows(head, outputs)) {
    if (!(score >= options.confidence) || !values.every(Number.isFinite)) continue;
    const [a, b, c, d] = values;
    const box: Box = head.format === 'corners' ? [a, b, c, d] : [a - c / 2, b - d / 2, a + c / 2, b + d / 2];
    found.push({ box: [box[0] * width, box[1] * height, box[2] * width, box[3] * height], score, class: of });
  }
  // Decoded boxes were suppressed by the model itself.
  return suppress(found, head.head === 'decoded' ? 1 : options.suppression, options.most);
}

interface Row {
  values: [number, number, number, number];
  score: number;
  class: number;
}

/** Elements of each candidate, in any layout. */
function* rows(head: Head, outputs: Outputs): Generator<Row> {
  const tensor = outputs[head.boxes];
  const values = numbersOf(tensor) ?? [];
  const [first, second] = lastTwo(tensor.shape);
  const isColumns = head.head === 'yolov8';
  const [count, width] = isColumns ? [second, first] : [first, second];
  const at = (row: number, k: number) => (isColumns ? values[k * count + row] : values[row * width + k]);
  const own = head.scores === undefined ? undefined : outputs[head.scores];
  const scores = own && (numbersOf(own) ?? []);
  const classes = own ? lastTwo(own.shape)[1] : 0;
  for (let row = 0; row < count; row++) {
    const box: Row['values'] = [at(row, 0), at(row, 1), at(row, 2), at(row, 3)];
    if (head.head === 'decoded') yield { values: box, score: at(row, 4), class: Math.round(at(row, 5)) };
    else if (scores) yield { values: box, ...best(classes, (k) => scores[row * classes + k], head.background ? 1 : 0) };
    else if (head.head === 'yolov8') yield { values: box, ...best(width - 4, (k) => at(row, 4 + k), 0) };
    else {
      const object = at(row, 4);
      const of = width > 5 ? best(width - 5, (k) => at(row, 5 + k), 0) : { score: 1, class: 0 };
      yield { values: box, score: object * of.score, class: of.class };
    }
  }
}

function best(count: number, at: (k: number) => number, from: number): Pick<Row, 'score' | 'class'> {
  let place = from;
  for (let k = from + 1; k < count; k++) if (at(k) > at(place)) place = k;
  return { score: at(place), class: place - from };
}

const lastTwo = (shape: readonly number[]): [number, number] => [
  shape[shape.length - 2] ?? 1,
  shape[shape.length - 1] ?? 1,
];
