import { f1 } from '../outputs/detections/boxes.js';
import { type DetectOptions, detect, type Head } from '../outputs/detections/head.js';
import { classCount, inputSize } from '../outputs/detections/model-facts.js';
import type { Outputs } from '../outputs/elements.js';
import { AutosplitError } from '../util/error.js';
import { type ClassRecord, COCO_OVERLAPS, matchBoxes, meanAveragePrecision } from './average-precision.js';
import { readBoxes } from './ground-truth.js';
import { type ComparedMetric, labelled, type MetricSources, ofDataset } from './metric.js';
import type { MetricOptions } from './options.js';

/** Least intersection over union for two detections to be the same. */
const SAME = 0.5;
const MOST = { map: 300, detections: 300 };
const SUPPRESSION = 0.65;
/** Least score of a detection. */
export const CONFIDENCE = { map: 0.001, detections: 0.25 };

type Size = DetectOptions['size'];

/** The found head, with the options of the config applied. Throws METRIC_INVALID if no known head fits the outputs. */
function headOf(found: Head | undefined, { name, head, boxes, normalized, background }: MetricOptions): Head {
  if (!found)
    throw new AutosplitError(
      'METRIC_INVALID',
      head
        ? `the outputs are not those of a head \`${head}\``
        : `\`${name}\` knows no head of a detector in the outputs of this network`,
      {
        hint: 'yolov5 is [1, N, 5 + C], yolov8 [1, 4 + C, N], ssd [1, N, 4] with [1, N, C], decoded [N, 6]; scores lie in 0..1. Other heads need a metric module',
      },
    );
  return {
    ...found,
    ...(boxes && { format: boxes }),
    ...(normalized !== undefined && { normalized }),
    ...(background !== undefined && { background }),
  };
}

/** Describes a guessed head for users. */
const headInWords = ({ head, format, normalized, background }: Head): string =>
  `the head was guessed from the outputs: ${head}, boxes as ${format === 'corners' ? 'corners' : 'centre and size'} in ${normalized ? 'fractions' : 'pixels'}${background ? ', the first class is the background' : ''}; \`validation.metric: { name: ..., head: ${head} }\` states it`;

const optionsOf = (options: MetricOptions, size: Size, kind: 'map' | 'detections'): DetectOptions => ({
  confidence: options.confidence ?? CONFIDENCE[kind],
  suppression: options.suppression ?? SUPPRESSION,
  most: MOST[kind],
  size,
});

/** The head that the options name, else the most likely one, with a note about the guess. */
async function chosenHead({ options, heads }: Pick<MetricSources, 'options' | 'heads'>) {
  const found = await heads();
  const head = headOf(options.head ? found.find((each) => each.head === options.head) : found[0], options);
  return { head, notes: options.head ? [] : [headInWords(head)] };
}

/** Mean average precision against labelled boxes in pixels of the model's input. */
const meanPrecision = (overlaps: readonly number[]) =>
  labelled('boxes', async ({ options, csv, graph, heads, pictures }) => {
    if (!pictures)
      throw new AutosplitError('METRIC_INVALID', `\`${options.name}\` needs pictures: \`validation.images\``, {
        hint: 'boxes are placed in the picture as the network gets it',
      });
    const { head, notes } = await chosenHead({ options, heads });
    const { boxes } = await readBoxes({ labels: csv, ...pictures, modelClasses: classCount(head, graph) });
    const wanted = optionsOf(options, inputSize(graph), 'map');
    const record = (outputs: Outputs, sample: number) =>
      matchBoxes(detect(head, outputs, wanted), boxes[sample], overlaps);
    return { ...ofDataset<ClassRecord[]>({ record, score: meanAveragePrecision }), notes };
  });

export const mapMetric = meanPrecision(COCO_OVERLAPS);
export const map50Metric = meanPrecision([SAME]);

/** F1 score of the detections of a sample against those of the float model. */
export const detectionsMetric: ComparedMetric = {
  compares: 'float',
  isOfAnswers: false,
  defaultDrop: 0.05,
  async open({ options, heads, graph }) {
    const { head, notes } = await chosenHead({ options, heads });
    const wanted = optionsOf(options, inputSize(graph), 'detections');
    return {
      score: (outputs, reference) => f1(detect(head, outputs, wanted), detect(head, reference, wanted), SAME),
      notes,
    };
  },
};
