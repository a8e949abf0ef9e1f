import { expect, test } from 'vitest';
import type { Graph } from '../../../src/onnx/graph.js';
import type { Head } from '../../../src/outputs/detections/head.js';
import { classCount, inputSize } from '../../../src/outputs/detections/model-facts.js';

const graph = (input: number[], outputs: Record<string, number[]> = {}): Graph =>
  ({
    inputs: [{ name: 'x', dtype: 'float32', shape: input }],
    outputs: Object.entries(outputs).map(([name, shape]) => ({ name, dtype: 'float32', shape })),
  }) as unknown as Graph;

test('the size of the input is width and height, with channels first or last', () => {
  expect(inputSize(graph([1, 3, 480, 640]))).toEqual([640, 480]);
  expect(inputSize(graph([1, 480, 640, 3]))).toEqual([640, 480]);
  expect(inputSize(graph([480, 640, 1]))).toEqual([640, 480]);
});

test('the classes of a head follow from the shape of its outputs', () => {
  const count = (head: Partial<Head>, outputs: Record<string, number[]>) =>
    classCount(
      { boxes: 'y', format: 'corners', normalized: false, background: false, ...head } as Head,
      graph([1], outputs),
    );
  // COCO has 80 classes, 91 ids with the gaps of its numbering.
  expect(count({ head: 'yolov5' }, { y: [1, 25200, 85] })).toBe(80);
  expect(count({ head: 'yolov8' }, { y: [1, 84, 8400] })).toBe(80);
  const ssd = { y: [1, 100, 4], s: [1, 100, 91] };
  expect(count({ head: 'ssd', scores: 's' }, ssd)).toBe(91);
  expect(count({ head: 'ssd', scores: 's', background: true }, ssd)).toBe(90);
  expect(count({ head: 'decoded' }, { y: [100, 6] })).toBe(0);
});
