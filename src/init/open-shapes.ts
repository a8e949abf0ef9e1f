import { readFile } from 'node:fs/promises';
import type { Fact } from '../onnx/graph.js';
import { arrayCaches, openArrayFile } from '../samples/array-file.js';
import { parseWav } from '../samples/wav.js';
import { AutosplitError } from '../util/error.js';
import type { SampleKind } from './sample-folders.js';

/**
 * Proposes shapes for open inputs from a sample: the array of a .npy file, arrays by name of an .npz file, or the
 * length of a clip for the only open dimension. The batch is one; inputs without a clear shape are left out.
 */
export async function openShapes(
  kind: Exclude<SampleKind, 'images'>,
  file: string,
  inputs: readonly Fact[],
): Promise<Record<string, number[]>> {
  const open = inputs.filter(({ shape }) => shape?.some((dim, axis) => axis > 0 && typeof dim !== 'number'));
  if (open.length === 0) return {};
  try {
    return kind === 'audio' ? await clipShapes(file, inputs) : await arrayShapes(file, open, inputs.length);
  } catch (error) {
    // The build reports a broken sample with all details.
    if (error instanceof AutosplitError) return {};
    throw error;
  }
}

async function arrayShapes(file: string, open: readonly Fact[], count: number): Promise<Record<string, number[]>> {
  const arrays = await openArrayFile(file, file, arrayCaches());
  const only = count === 1 && arrays.size === 1 ? [...arrays.values()][0] : undefined;
  const found = open.flatMap((input) => {
    const shape = fitted(input, (arrays.get(input.name) ?? only)?.header.shape);
    return shape ? [[input.name, shape] as const] : [];
  });
  return Object.fromEntries(found);
}

/** Shape of one inference from that of a stored array, which may have a batch of many samples. */
function fitted({ shape = [] }: Fact, stored: readonly number[] | undefined): number[] | undefined {
  if (!stored) return undefined;
  const own =
    stored.length === shape.length - 1 ? [1, ...stored] : stored.length === shape.length ? [...stored] : undefined;
  if (!own) return undefined;
  if (typeof shape[0] !== 'number') own[0] = 1;
  return own.every((size, axis) => typeof shape[axis] !== 'number' || shape[axis] === size || axis === 0)
    ? own
    : undefined;
}

async function clipShapes(file: string, inputs: readonly Fact[]): Promise<Record<string, number[]>> {
  const [input] = inputs;
  const shape = input?.shape?.map((dim, axis) => (axis === 0 && typeof dim !== 'number' ? 1 : dim));
  if (!shape || inputs.length !== 1) return {};
  const { mono } = parseWav(await readFile(file), file);
  const known = shape.filter((dim) => typeof dim === 'number').reduce((product, dim) => product * dim, 1);
  const length = mono.length / known;
  if (shape.filter((dim) => typeof dim !== 'number').length !== 1 || !Number.isInteger(length)) return {};
  return { [input.name]: shape.map((dim) => (typeof dim === 'number' ? dim : length)) };
}
