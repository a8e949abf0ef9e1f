import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runIsolated } from '../inference/isolated.js';
import type { FeedEntry } from '../inference/tasks.js';
import { bitsOf, elementCount, tensorBytes } from '../onnx/element.js';
import { shown } from '../onnx/external.js';
import type { ElementType, Fact, Graph, Model } from '../onnx/graph.js';
import { writeModel, writeModelFiles } from '../onnx/write.js';
import { AutosplitError } from '../util/error.js';

/** A tensor to run the model on: values little-endian, in row-major order. */
export interface Feed {
  dtype: ElementType;
  shape: number[];
  bytes: Uint8Array;
}

export type Feeds = Readonly<Record<string, Feed>>;

export interface InferFactsOptions {
  /** For each run. @default 120 */
  timeoutSeconds?: number;
  /** Gives what an earlier run found of the same model and feeds, or what this one finds. */
  remember?: (compute: () => Promise<FoundFacts>) => Promise<FoundFacts>;
}

/** Facts of the tensors that nodes make, by name. */
export type FoundFacts = Map<string, Fact>;

type Found = Map<string, Fact & { dtype: ElementType; shape: (number | string)[] }>;

/** Maximum tensors that one run gives: all are in memory until its end. */
const GROUP_TENSORS = 256;

/**
 * Finds type and shape of every tensor: from onnxruntime's shape inference where that gives them, else from running the
 * model. All of it happens in a process of its own. A shape that depends on the values of the inputs, as far as two
 * different ones tell, has unknown dimensions (`''`); values that are no tensors have no facts.
 * @param model normalised: inputs with concrete shapes
 * @param feeds sample inputs; zeros where there are none
 * @returns the model with `graph.values` for every tensor that a node makes, and the shapes of the outputs
 * @throws AutosplitError INFERENCE_FAILED
 */
export async function inferFacts(
  model: Model,
  workDir: string,
  feeds: Feeds = {},
  options: InferFactsOptions = {},
): Promise<Model> {
  const { remember = (compute) => compute(), ...limits } = options;
  const facts = await remember(() => findFacts(model, workDir, feeds, limits));
  const { graph } = model;
  const outputs = graph.outputs.map((output) => facts.get(output.name) ?? output);
  return { ...model, graph: { ...graph, outputs, values: facts } };
}

async function findFacts(
  model: Model,
  workDir: string,
  feeds: Feeds,
  options: { timeoutSeconds?: number },
): Promise<FoundFacts> {
  // In `workDir` itself, where optimise() has left the weights: they can then be read where they are.
  const base = path.join(workDir, `facts-${randomUUID()}`);
  try {
    const { graph } = model;
    const probe = await openProbe(model, base, options);
    const all = graph.nodes.flatMap((node) => node.outputs.filter((name) => name !== ''));
    // Run once as it is, so that a model that cannot be run says so, and not some combination of its tensors.
    const found = await probe.run([], feeds);
    const inferred = await probe.describe(all);
    for (const [name, fact] of inferred) if (isStatic(fact)) found.set(name, fact);
    // onnxruntime shows no difference between a scalar and what it knows nothing of.
    const open = all.filter((name) => !isStatic(inferred.get(name)));
    await inGroups(open, async (names) => {
      for (const [name, fact] of await probe.run(names, feeds)) found.set(name, fact);
    });
    const again: Found = new Map();
    const ones = onesLike(graph);
    // Not every model takes every input, so the second run may fail where the first did not.
    if (open.length > 0 && (await succeeds(probe.run([], ones)))) {
      await inGroups(open, async (names) => {
        for (const [name, fact] of await probe.run(names, ones)) again.set(name, fact);
      });
    }
    return factsOf(model, found, again);
  } finally {
    await Promise.all(Object.values(filesOf(base)).map((file) => rm(file, { force: true })));
  }
}

const succeeds = (attempt: Promise<unknown>): Promise<boolean> =>
  attempt.then(
    () => true,
    () => false,
  );

/** Concrete, and more than a scalar. */
const isStatic = (fact: Fact | undefined): boolean =>
  fact?.shape !== undefined && fact.shape.length > 0 && fact.shape.every((dim) => typeof dim === 'number' && dim >= 0);

function factsOf({ graph }: Model, found: Found, again: Found): FoundFacts {
  const facts = new Map<string, Fact>();
  for (const name of graph.nodes.flatMap((node) => node.outputs)) {
    const fact = found.get(name);
    if (!fact) continue;
    const other = again.get(name)?.shape;
    facts.set(name, { name, dtype: fact.dtype, shape: other ? agreed(fact.shape, other) : fact.shape });
  }
  return facts;
}

/**
 * The shape on which two runs agree; undefined where ranks differ. Dimensions that differ are unknown, and so are those
 * of 0: they come of searches that found nothing.
 */
function agreed(one: Fact['shape'] & {}, other: Fact['shape'] & {}): Fact['shape'] {
  return one.length === other.length
    ? one.map((dim, axis) => (other[axis] === dim && dim !== 0 ? dim : ''))
    : undefined;
}

interface Probe {
  /** What onnxruntime infers of these tensors. */
  describe(names: readonly string[]): Promise<Found>;
  /** Runs the model for these tensors and its own outputs. */
  run(names: readonly string[], feeds: Feeds): Promise<Found>;
}

const filesOf = (base: string) => ({ file: `${base}.onnx`, data: `${base}.bin`, feedFile: `${base}.feeds` });

async function openProbe(model: Model, base: string, options: InferFactsOptions): Promise<Probe> {
  const { graph } = model;
  const { file, data, feedFile } = filesOf(base);
  const dataFile = path.basename(data);
  const known = new Set(graph.outputs.map((output) => output.name));
  // Shapes that the file states are left out: a wrong one would hide the right one.
  const ends = graph.outputs.map((output) => ({ ...output, shape: undefined }));
  const bare: Model = { ...model, graph: { ...graph, outputs: ends, values: new Map() } };
  await writeModelFiles(bare, file, { dataFile, inPlace: true });
  const widen = async (names: readonly string[]) => {
    const extra = names
      .filter((name) => !known.has(name))
      .map((name): Fact => ({ name, dtype: undefined, shape: undefined }));
    // The data file stays: where initializers lie in it does not depend on the outputs.
    await writeFile(
      file,
      writeModel(
        { ...bare, graph: { ...bare.graph, outputs: [...ends, ...extra] } },
        { dataFile, inPlace: path.dirname(file) },
      ).skeleton,
    );
  };
  const collect = (results: { name: string; dtype: string; shape: (number | string)[] }[]): Found =>
    new Map(results.map(({ name, dtype, shape }) => [name, { name, dtype: dtype as ElementType, shape }]));
  return {
    async describe(names) {
      await widen(names);
      return collect(await runIsolated('describe', { model: file }, { ...options, doing: 'loading the model' }));
    },
    async run(names, feeds) {
      await widen(names);
      const { entries, bytes } = packFeeds(graph, feeds);
      await writeFile(feedFile, bytes);
      return collect(
        await runIsolated(
          'probe',
          { model: file, feeds: { file: feedFile, entries } },
          { ...options, doing: 'running the model' },
        ),
      );
    },
  };
}

/**
 * Works in groups that bound memory. A group that fails is halved until the tensor that onnxruntime cannot give is
 * alone.
 */
async function inGroups(names: readonly string[], work: (names: readonly string[]) => Promise<void>): Promise<void> {
  const attempt = async (group: readonly string[]): Promise<void> => {
    try {
      await work(group);
    } catch (error) {
      if (!(error instanceof AutosplitError)) throw error;
      if (group.length === 1) return;
      const middle = group.length >> 1;
      await attempt(group.slice(0, middle));
      await attempt(group.slice(middle));
    }
  };
  for (let at = 0; at < names.length; at += GROUP_TENSORS) await attempt(names.slice(at, at + GROUP_TENSORS));
}

function packFeeds(graph: Graph, feeds: Feeds): { entries: FeedEntry[]; bytes: Uint8Array } {
  const entries: FeedEntry[] = [];
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const input of graph.inputs) {
    const { dtype, shape, bytes } = feeds[input.name] ?? filled(input, 0);
    entries.push({ name: input.name, dtype, shape, offset, length: bytes.length });
    parts.push(bytes);
    offset += bytes.length;
  }
  return { entries, bytes: Buffer.concat(parts) };
}

/** A tensor filled with one value, 0 or 1, in the type and shape of an input. */
function filled({ name, dtype, shape }: Fact, value: 0 | 1): Feed {
  const dims = shape?.filter((dim) => typeof dim === 'number');
  const length = dtype && dims && dims.length === shape?.length ? tensorBytes(dtype, dims) : Number.NaN;
  if (!dtype || !dims || Number.isNaN(length))
    throw new AutosplitError('SHAPE_UNKNOWN', `input ${shown(name)} has no concrete type and shape`);
  const bytes = new Uint8Array(length);
  if (value === 1) bytes.set(onesOf(dtype, elementCount(dims)));
  return { dtype, shape: dims, bytes };
}

function onesOf(dtype: ElementType, count: number): Uint8Array {
  if (dtype === 'float32') return new Uint8Array(new Float32Array(count).fill(1).buffer);
  if (dtype === 'float64') return new Uint8Array(new Float64Array(count).fill(1).buffer);
  const width = (bitsOf(dtype) ?? 8) / 8;
  const bytes = new Uint8Array(count * width);
  for (let at = 0; at < bytes.length; at += width) bytes[at] = 1;
  return bytes;
}

const onesLike = (graph: Graph): Feeds =>
  Object.fromEntries(graph.inputs.map((input) => [input.name, filled(input, 1)]));
