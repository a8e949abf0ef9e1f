import type { Graph } from '../../onnx/graph.js';
import type { Head } from './head.js';

/** Width and height of the model's input picture, with channels first or last. */
export function inputSize({ inputs: [input] }: Pick<Graph, 'inputs'>): [width: number, height: number] {
  const dims = (input?.shape ?? []).map(Number);
  const [a = 1, b = 1, c = 1] = dims.slice(-3);
  return c <= 4 && a > 4 ? [b, a] : [c, b];
}

/** Number of classes of a head, without the background; 0 if the outputs do not tell. */
export function classCount(
  { head, boxes, scores, background }: Pick<Head, 'head' | 'boxes' | 'scores' | 'background'>,
  { outputs }: Pick<Graph, 'outputs'>,
): number {
  const dims = (outputs.find(({ name }) => name === (scores ?? boxes))?.shape ?? []).map(Number);
  const last = dims[dims.length - 1] ?? 0;
  if (head === 'yolov8') return (dims[dims.length - 2] ?? 4) - 4;
  return head === 'yolov5' ? last - 5 : head === 'ssd' ? last - (background ? 1 : 0) : 0;
}
