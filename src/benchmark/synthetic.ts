import { bitsOf } from '../onnx/element.js';
import type { Fact } from '../onnx/graph.js';
import { isSampleType } from '../samples/elements.js';
import type { SampleData, SampleSet, SampleTensor } from '../samples/types.js';
import { AutosplitError } from '../util/error.js';

/** Number of samples: enough for the ranges of tensors, as only time is measured. */
const COUNT = 4;

/** The generator mulberry32: numbers in [0, 1). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Deterministic samples for a model without any. Floats have mean 0, variance 1 and correlated neighbours, as
 * normalised pictures and sound. Bytes are uniform. Other integers are 0, which is valid as a count, an index and a
 * condition.
 */
export function syntheticSamples(inputs: readonly Fact[]): SampleSet {
  const names = Array.from({ length: COUNT }, (_, index) => `synthetic-${index}`);
  return {
    count: COUNT,
    names,
    available: names,
    source: Object.fromEntries(inputs.map(({ name, dtype }) => [name, { bits: (dtype && bitsOf(dtype)) ?? 32 }])),
    load: async (index) =>
      Object.fromEntries(inputs.map((input, i) => [input.name, syntheticTensor(input, 1 + index * inputs.length + i)])),
  };
}

function syntheticTensor({ name, dtype, shape }: Fact, seed: number): SampleTensor {
  const dims = (shape ?? []).map(Number);
  if (!isSampleType(dtype))
    throw new AutosplitError('MODEL_UNSUPPORTED', `input "${name}" of type ${dtype ?? 'unknown'} cannot be filled`);
  const count = dims.reduce((a, b) => a * b, 1);
  return { dtype, shape: dims, data: dataOf(dtype, count, dims.at(-1) ?? 1, seed) };
}

function dataOf(dtype: SampleTensor['dtype'], count: number, row: number, seed: number): SampleData {
  const next = random(seed);
  switch (dtype) {
    case 'float32':
      return smooth(count, row, next);
    case 'float64':
      return Float64Array.from(smooth(count, row, next));
    case 'uint8':
      return Uint8Array.from({ length: count }, () => Math.floor(256 * next()));
    case 'int8':
      return Int8Array.from({ length: count }, () => Math.floor(256 * next()) - 128);
    case 'bool':
      return new Uint8Array(count);
    case 'float16':
      return new Uint16Array(count);
    case 'int16':
      return new Int16Array(count);
    case 'uint16':
      return new Uint16Array(count);
    case 'int32':
      return new Int32Array(count);
    case 'uint32':
      return new Uint32Array(count);
    case 'int64':
      return new BigInt64Array(count);
    case 'uint64':
      return new BigUint64Array(count);
  }
}

/** Noise correlated with the neighbours to the left and above, with mean 0 and variance 1. */
function smooth(count: number, row: number, next: () => number): Float32Array {
  const values = new Float32Array(count);
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    const left = i % row > 0 ? values[i - 1] : 0;
    const above = i >= row ? values[i - row] : 0;
    const value = 0.48 * (left + above) + next() + next() - 1;
    values[i] = value;
    sum += value;
    squares += value * value;
  }
  const mean = sum / Math.max(1, count);
  const deviation = Math.sqrt(Math.max(1e-6, squares / Math.max(1, count) - mean * mean));
  return values.map((value) => (value - mean) / deviation);
}
