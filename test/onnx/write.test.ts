import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { readBytes } from '../../src/onnx/bytes.js';
import type { Graph, Model } from '../../src/onnx/graph.js';
import { readModel } from '../../src/onnx/read.js';
import { withBodies } from '../../src/onnx/scope.js';
import { writeModel, writeModelFiles } from '../../src/onnx/write.js';
import { sharedModels, smallNetwork, smallNetworks } from '../shared.js';
import {
  bits,
  externalBytes,
  float,
  gatherExternal,
  modelOf,
  node,
  randomFeeds,
  runFile,
  temporaryFolder,
} from './harness.js';

const folder = temporaryFolder();
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A graph with digests instead of byte ranges, so that two files can be compared. */
function resolved(graph: Graph): unknown {
  const data = [...graph.initializers.values()].map((initializer) => ({
    ...initializer,
    data: digest(readBytes(initializer.data)),
  }));
  const nodes = graph.nodes.map((each) => {
    const attributes = [...each.attributes].map(([name, value]) =>
      value.type === 'graph'
        ? [name, resolved(value.value)]
        : value.type === 'tensor'
          ? [name, digest(readBytes(value.value.data))]
          : [name, value],
    );
    return { ...each, attributes };
  });
  return { ...graph, nodes, initializers: data };
}

const models = [
  ...smallNetworks(),
  ...sharedModels('real'),
  ...sharedModels('hard'),
  ...sharedModels('hard/external_mobilenetv2'),
];

describe('reading and writing', () => {
  it.each(models)('$name comes back the same, and computes the same bits', async ({ name, file, shapes }) => {
    const model = readModel(file);
    const written = path.join(folder, name);
    await writeModelFiles(model, written);
    const again = readModel(written);
    expect(resolved(again.graph)).toEqual(resolved(model.graph));
    expect({ ...again, graph: undefined }).toEqual({ ...model, graph: undefined });

    // onnxruntime-node takes and gives no sequences: loading has to do.
    if (name.includes('seq.onnx')) {
      await ort.InferenceSession.create(written);
      return;
    }
    const feeds = randomFeeds(model.graph.inputs, 7, shapes);
    expect(bits(await runFile(written, feeds))).toEqual(bits(await runFile(file, feeds)));
  });

  it('gives the same bytes each time', () => {
    const { file } = models[0];
    const [one, other] = [writeModel(readModel(file)), writeModel(readModel(file))];
    expect(digest(one.skeleton)).toBe(digest(other.skeleton));
    expect(digest(gatherExternal(one.external))).toBe(digest(gatherExternal(other.external)));
  });

  it('has a skeleton that runs with weights in memory', async () => {
    const model = readModel(smallNetwork('classifier'));
    const { skeleton, external } = writeModel(model, { dataFile: 'held.bin' });
    expect(skeleton.length).toBeLessThan(10_000);
    const session = await ort.InferenceSession.create(skeleton, {
      graphOptimizationLevel: 'disabled',
      intraOpNumThreads: 1,
      logSeverityLevel: 3,
      externalData: [{ path: 'held.bin', data: gatherExternal(external) }],
    });
    const feeds = randomFeeds(model.graph.inputs, 3);
    const file = path.join(folder, 'inline.onnx');
    await writeModelFiles(model, file, { externalize: false });
    expect(bits({ ...(await session.run(feeds)) })).toEqual(bits(await runFile(file, feeds)));
  });
});

describe('writeModel', () => {
  const model = modelOf({
    nodes: [
      node('Add', ['x', 'small'], ['a']),
      node('Add', ['a', 'medium'], ['b']),
      node('Add', ['b', 'large'], ['y']),
    ],
    inputs: [float('x', 1, 1)],
    outputs: [float('y', 1024, 1024)],
    constants: { small: [4, 4], medium: [1, 300], large: [1024, 1024] },
  });

  it('keeps small weights in the skeleton and aligns the others', () => {
    const { external } = writeModel({ ...model, graph: { ...model.graph } });
    expect(external.map(({ name, offset }) => [name, offset])).toEqual([
      ['medium', 0],
      ['large', 4096],
    ]);
    expect(externalBytes(external)).toBe(4096 + 4 * 1024 * 1024);
    expect(writeModel(model, { threshold: 16 }).external.map(({ name, offset }) => [name, offset % 64])).toEqual([
      ['small', 0],
      ['medium', 0],
      ['large', 0],
    ]);
    expect(writeModel(model, { externalize: false }).external).toEqual([]);
  });

  it('places weights beyond 4 GB', () => {
    const huge = { kind: 'file', path: 'nowhere', offset: 0, length: 5e9 } as const;
    const initializers: Model['graph']['initializers'] = new Map([
      ['first', { name: 'first', dtype: 'uint8', dims: [5e9], data: huge }],
      ['second', { name: 'second', dtype: 'uint8', dims: [5e9], data: huge }],
    ]);
    const { skeleton, external } = writeModel({ ...model, graph: { ...model.graph, initializers } });
    expect(external[1].offset).toBe(Math.ceil(5e9 / 4096) * 4096);
    expect(Buffer.from(skeleton).includes(String(external[1].offset))).toBe(true);
  });

  it('leaves nothing behind where it cannot write', async () => {
    const missing = path.join(folder, 'missing.bin');
    const broken = {
      ...model.graph.initializers.get('large'),
      name: 'large',
      dtype: 'float32',
      dims: [4, 1024],
      data: range(missing, 16384),
    } as const;
    writeFileSync(missing, new Uint8Array(10));
    const target = path.join(folder, 'broken');
    mkdirSync(target);
    const initializers: Model['graph']['initializers'] = new Map(model.graph.initializers).set('large', {
      ...broken,
      dims: [...broken.dims],
    });
    await expect(
      writeModelFiles({ ...model, graph: { ...model.graph, initializers } }, path.join(target, 'm.onnx')),
    ).rejects.toMatchObject({
      code: 'EXTERNAL_DATA',
    });
    expect(() => readFileSync(path.join(target, 'm.onnx'))).toThrow();
    expect(() => readFileSync(path.join(target, 'm.bin'))).toThrow();
  });

  it('keeps integers that numbers cannot hold', async () => {
    const slice = node('Slice', ['x'], ['y']);
    // Slice of opset 9: ends = [INT64_MAX], as AttributeProto bytes: name, ints (varint of nine 0xff and 0x7f), type
    // INTS.
    const ends = Buffer.from([0x0a, 4, ...Buffer.from('ends'), 0x40, ...new Array(8).fill(0xff), 0x7f, 0xa0, 1, 7]);
    const attributes: Model['graph']['nodes'][0]['attributes'] = new Map([
      ['starts', { type: 'ints', value: [1] }],
      ['ends', { type: 'raw', value: ends }],
      ['axes', { type: 'ints', value: [0] }],
    ]);
    const old: Model = {
      ...modelOf({ nodes: [{ ...slice, attributes }], inputs: [float('x', 4)], outputs: [float('y', 3)] }),
      opsets: new Map([['', 9]]),
    };
    const file = path.join(folder, 'slice.onnx');
    await writeModelFiles(old, file);
    const again = readModel(file);
    expect(again.graph.nodes[0].attributes.get('ends')).toEqual({ type: 'raw', value: new Uint8Array(ends) });
    expect(bits(await runFile(file, { x: new ort.Tensor('float32', Float32Array.of(1, 2, 3, 4), [4]) }))).toEqual(
      bits({ y: new ort.Tensor('float32', Float32Array.of(2, 3, 4), [3]) }),
    );
  });
});

function range(file: string, length: number) {
  return { kind: 'file', path: file, offset: 0, length } as const;
}

describe('bodies', () => {
  it('are rewritten without touching the graph they came from', () => {
    const body = modelOf({ nodes: [node('Relu', ['x'], ['z'])], inputs: [], outputs: [float('z', 1)] }).graph;
    const loop = {
      ...node('If', ['c'], ['y']),
      attributes: new Map([['then_branch', { type: 'graph', value: body } as const]]),
    };
    const renamed = withBodies(loop, (graph) => ({ ...graph, name: 'other' }));
    expect(body.name).toBe('graph');
    expect(renamed.attributes.get('then_branch')).toMatchObject({ value: { name: 'other' } });
  });
});

describe('weights left in place', () => {
  const weights = new Float32Array(1024).fill(2);
  const work = path.join(folder, 'work');
  mkdirSync(path.join(work, 'below'), { recursive: true });
  const held = path.join(work, 'below', 'held.bin');
  writeFileSync(held, Buffer.concat([Buffer.alloc(64), Buffer.from(weights.buffer)]));
  const model = modelOf({
    nodes: [node('Add', ['x', 'w'], ['y'])],
    inputs: [float('x', 1)],
    outputs: [float('y', 1024)],
  });
  model.graph.initializers.set('w', {
    name: 'w',
    dtype: 'float32',
    dims: [1024],
    data: { kind: 'file', path: held, offset: 64, length: 4096 },
  });
  const feeds = { x: new ort.Tensor('float32', Float32Array.of(1), [1]) };

  it('are read where they are', async () => {
    const file = path.join(work, 'model.onnx');
    await writeModelFiles(model, file, { inPlace: true });
    expect(() => readFileSync(path.join(work, 'model.bin'))).toThrow();
    expect((await runFile(file, feeds)).y.data).toEqual(new Float32Array(1024).fill(3));
    expect(readModel(file).graph.initializers.get('w')?.data).toMatchObject({ kind: 'file', offset: 64, length: 4096 });
  });

  it('are copied into a folder that does not hold them', async () => {
    const file = path.join(folder, 'elsewhere.onnx');
    mkdirSync(path.join(folder, 'work-too'));
    await writeModelFiles(model, path.join(folder, 'work-too', 'elsewhere.onnx'), { inPlace: true });
    expect(readFileSync(path.join(folder, 'work-too', 'elsewhere.bin')).length).toBe(4096);
    await writeModelFiles(model, file);
    expect((await runFile(file, feeds)).y.data).toEqual(new Float32Array(1024).fill(3));
  });
});
