import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll } from 'vitest';
import { byteChunks, byteLength } from '../../src/onnx/bytes.js';
import type { Fact, Graph, Layer, Model, Node } from '../../src/onnx/graph.js';
import { type Segment, writeModelFiles } from '../../src/onnx/write.js';

/** Length of the data file. */
export function externalBytes(external: readonly Segment[]): number {
  return external.reduce((end, { offset, source }) => Math.max(end, offset + byteLength(source)), 0);
}

/** The data file in memory, to be compared or handed to onnxruntime. */
export function gatherExternal(external: readonly Segment[]): Uint8Array {
  const bytes = new Uint8Array(externalBytes(external));
  for (const { offset, source } of external) {
    let at = offset;
    for (const chunk of byteChunks(source)) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
  }
  return bytes;
}

/** A folder that is gone after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'autosplit-onnx-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** mulberry32: the same numbers in 0..1 for the same seed. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export type Feeds = Record<string, ort.Tensor>;

/** Random tensors for inputs; symbolic dimensions that `shapes` does not fix are 1. */
export function randomFeeds(inputs: readonly Fact[], seed: number, shapes: Record<string, number[]> = {}): Feeds {
  const next = random(seed);
  return Object.fromEntries(
    inputs.map(({ name, dtype, shape }) => {
      const dims = shapes[name] ?? (shape ?? []).map((dim) => (typeof dim === 'number' ? dim : 1));
      const length = dims.reduce((a, b) => a * b, 1);
      const values = Array.from({ length }, next);
      switch (dtype) {
        case 'float32':
          return [name, new ort.Tensor('float32', Float32Array.from(values), dims)];
        case 'float64':
          return [name, new ort.Tensor('float64', Float64Array.from(values), dims)];
        // Codes below 0x3c00 are numbers from 0 to 1.
        case 'float16':
          return [
            name,
            new ort.Tensor(
              'float16',
              Uint16Array.from(values, (value) => value * 0x3c00),
              dims,
            ),
          ];
        case 'int64':
          return [
            name,
            new ort.Tensor(
              'int64',
              BigInt64Array.from(values, (value) => BigInt(name === 'sr' ? 16000 : 1 + Math.floor(value * 3))),
              dims,
            ),
          ];
        case 'bool':
          return [
            name,
            new ort.Tensor(
              'bool',
              Uint8Array.from(values, (value) => (value < 0.5 ? 0 : 1)),
              dims,
            ),
          ];
        case 'uint8':
          return [
            name,
            new ort.Tensor(
              'uint8',
              Uint8Array.from(values, (value) => value * 256),
              dims,
            ),
          ];
        case 'string':
          return [name, new ort.Tensor('string', values.map(String), dims)];
        default:
          throw new Error(`no random ${dtype}`);
      }
    }),
  );
}

export type Results = Record<string, ort.Tensor>;

const OPTIONS: ort.InferenceSession.SessionOptions = {
  graphOptimizationLevel: 'disabled',
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
};

/** Runs a file as it is written, nothing optimised. */
export async function runFile(file: string, feeds: Feeds): Promise<Results> {
  const session = await ort.InferenceSession.create(file, OPTIONS);
  const results = await session.run(Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]])));
  await session.release();
  return { ...results };
}

/** The same for a model of ours, by way of a file. */
export async function runModel(model: Model, feeds: Feeds, folder: string): Promise<Results> {
  const file = path.join(mkdtempSync(path.join(folder, 'run-')), 'model.onnx');
  await writeModelFiles(model, file);
  return await runFile(file, feeds);
}

/** Type, shape and every bit of results. */
export const bits = (results: Results) =>
  Object.fromEntries(
    Object.entries(results)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { type, dims, data }]) => {
        const held = ArrayBuffer.isView(data)
          ? Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')
          : data.join('\n');
        return [name, { type, dims: [...dims], data: held }];
      }),
  );

/** The largest difference of two tensors, as a fraction of the largest value. */
export function relativeError(expected: ort.Tensor, actual: ort.Tensor): number {
  const [a, b] = [expected, actual].map(({ data }) => Float64Array.from(data as Float32Array, Number));
  let largest = 0;
  let difference = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < a.length; i++) {
    largest = Math.max(largest, Math.abs(a[i]));
    difference = Math.max(difference, Math.abs(a[i] - b[i]));
  }
  return difference === 0 ? 0 : difference / largest;
}

export const node = (op: string, inputs: string[], outputs: string[], attributes: [string, number][] = []): Node => ({
  name: outputs[0],
  op,
  domain: '',
  inputs,
  outputs,
  attributes: new Map(attributes.map(([name, value]) => [name, { type: 'int', value }])),
});

export const float = (name: string, ...shape: number[]): Fact => ({ name, dtype: 'float32', shape });

/** A model around a graph made by hand; float constants of one value are made for `constants`. */
export function modelOf(parts: {
  nodes: Node[];
  inputs: Fact[];
  outputs: Fact[];
  constants?: Record<string, number[]>;
}): Model {
  const initializers: Graph['initializers'] = new Map();
  for (const [name, dims] of Object.entries(parts.constants ?? {})) {
    const values = new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(0.5);
    initializers.set(name, {
      name,
      dtype: 'float32',
      dims,
      data: { kind: 'memory', bytes: new Uint8Array(values.buffer) },
    });
  }
  return {
    irVersion: 8,
    producer: 'test',
    opsets: new Map([['', 17]]),
    graph: {
      name: 'graph',
      nodes: parts.nodes,
      inputs: parts.inputs,
      outputs: parts.outputs,
      initializers,
      values: new Map(),
    },
    functions: [],
  };
}

/** Names of the layers, each with the operators of its nodes: `Conv+Relu`. */
export const spelled = (graph: Graph, layers: readonly Layer[]) =>
  layers.map((layer) => layer.nodes.map((index) => graph.nodes[index].op).join('+'));
