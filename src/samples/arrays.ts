import { elementCount } from '../runtime/types.js';
import { spreadIndices } from '../util/spread.js';
import { type ArrayCaches, arrayCaches, openArrayFile, type StoredArray } from './array-file.js';
import { bytesPerElement, convertElements, coordinates, invalidSample, isFloat, showShape } from './elements.js';
import { relativeNames } from './names.js';
import type { NativeEncoding, SampleInput, SampleSet, SampleSource, SampleTensor, SampleType } from './types.js';

interface ArrayFile {
  file: string;
  name: string;
  /** Arrays by input name. */
  arrays: Map<string, StoredArray>;
  /** Samples in the file; undefined where it is one sample, not stacked. */
  stack: number | undefined;
}

/**
 * Opens tensors from files: .npy for models with one input, .npz with a key per input. A file is one sample, or a stack
 * along the first axis.
 */
export async function openArraySamples(source: SampleSource, inputs: readonly SampleInput[]): Promise<SampleSet> {
  const names = relativeNames(source.files);
  const caches = arrayCaches();
  const files: ArrayFile[] = [];
  for (const [i, file] of source.files.entries()) files.push(await openFile(file, names[i], inputs, caches));
  const samples = files.flatMap((file) =>
    file.stack === undefined
      ? [{ file, name: file.name, index: 0 }]
      : Array.from({ length: file.stack }, (_, index) => ({ file, name: `${file.name}#${index}`, index })),
  );
  const chosen = spreadIndices(samples.length, source.limit).map((i) => samples[i]);
  return {
    count: chosen.length,
    names: chosen.map(({ name }) => name),
    available: samples.map(({ name }) => name),
    source: Object.fromEntries(inputs.map((input) => [input.name, nativeArray(input, files)])),
    async load(i) {
      const { file, name, index } = chosen[i];
      const tensors: [string, SampleTensor][] = [];
      for (const input of inputs) tensors.push([input.name, await loadTensor(input, file, name, index)]);
      return Object.fromEntries(tensors);
    },
  };
}

async function openFile(
  file: string,
  name: string,
  inputs: readonly SampleInput[],
  caches: ArrayCaches,
): Promise<ArrayFile> {
  if (!/\.np[yz]$/i.test(file))
    throw invalidSample(file, 'neither .npy nor .npz', {
      name,
      hint: 'use `images` for pictures and `audio` for .wav files',
    });
  const stored = await openArrayFile(file, name, caches);
  const arrays = new Map(inputs.map((input) => [input.name, arrayOf(input, stored, inputs, file, name)]));
  const stacks = inputs.map((input) => stackOf(input, arrays.get(input.name)?.header.shape ?? [], file, name));
  const other = stacks.findIndex((stack) => stack !== stacks[0]);
  if (other > 0) {
    const count = (i: number) => `"${inputs[i].name}" holds ${stacks[i] ?? 'one sample, not stacked'}`;
    throw invalidSample(file, `inputs disagree on the number of samples: ${count(0)}, ${count(other)}`, { name });
  }
  if (stacks[0] === 0) throw invalidSample(file, 'a stack of no samples', { name });
  return { file, name, arrays, stack: stacks[0] };
}

/**
 * The array of an input: the key of its name, or the only key for the only input. Keys that name no input (labels, say)
 * are left alone.
 */
function arrayOf(
  input: SampleInput,
  stored: ReadonlyMap<string, StoredArray>,
  inputs: readonly SampleInput[],
  file: string,
  name: string,
): StoredArray {
  const array =
    stored.get(input.name) ?? (inputs.length === 1 && stored.size === 1 ? [...stored.values()][0] : undefined);
  if (array) return array;
  const keys = [...stored.keys()].map((key) => `"${key}"`).join(', ');
  const problem = file.toLowerCase().endsWith('.npz')
    ? `no array for input "${input.name}"; the file has ${keys}`
    : `one array for ${inputs.length} inputs`;
  throw invalidSample(file, problem, { name, hint: inputsHint(inputs) });
}

const inputsHint = (inputs: readonly SampleInput[]) =>
  `save a .npz with one array per input: ${inputs.map((input) => input.name).join(', ')}`;

/** Samples in an array of this shape; undefined where it is one sample, with or without a batch dimension of 1. */
function stackOf(input: SampleInput, shape: readonly number[], file: string, name: string): number | undefined {
  const whole = input.shape;
  const single = whole[0] === 1 ? whole.slice(1) : undefined;
  const same = (a: readonly number[], b: readonly number[] | undefined) =>
    b !== undefined && a.length === b.length && a.every((dim, i) => dim === b[i]);
  if (same(shape, whole) || same(shape, single)) return undefined;
  const rest = shape.slice(1);
  if (shape.length > 0 && (same(rest, single) || same(rest, whole))) return shape[0];
  const stacked = showShape(['N', ...(single ?? whole)]);
  throw invalidSample(file, `shape ${showShape(shape)} for input "${input.name}", which takes ${showShape(whole)}`, {
    name,
    hint: `save one sample of shape ${showShape(whole)}, or a stack of shape ${stacked}`,
  });
}

async function loadTensor(input: SampleInput, file: ArrayFile, name: string, index: number): Promise<SampleTensor> {
  const { dtype, shape } = input;
  const array = file.arrays.get(input.name);
  if (!array) throw new Error(`no array for input ${input.name}`);
  const count = elementCount(shape);
  const converted = convertElements(await array.read(index * count, count), array.header.dtype, dtype);
  if (!('problem' in converted)) return { dtype, shape, data: converted };
  const at = showShape(coordinates(converted.index, shape));
  throw invalidSample(file.file, `input "${input.name}" holds ${converted.problem}, at ${at}`, { name });
}

/**
 * Integers of up to 16 bits are their own codes; other types travel as the model reads them, or as stored where that is
 * smaller.
 */
function nativeArray(input: SampleInput, files: readonly ArrayFile[]): NativeEncoding {
  const own = 8 * bytesPerElement(input.dtype);
  const types = new Set(files.map((file): SampleType => file.arrays.get(input.name)?.header.dtype ?? input.dtype));
  const [stored] = types;
  if (types.size !== 1) return { bits: own };
  const bits = 8 * bytesPerElement(stored);
  if (isFloat(stored) || !isFloat(input.dtype) || bits > 16) return { bits: Math.min(own, bits) };
  return { bits, scale: [1], zeroPoint: [stored === 'int8' ? 128 : stored === 'int16' ? 32768 : 0] };
}
