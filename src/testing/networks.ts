import { random } from '../benchmark/synthetic.js';
import { int, makeInitializer, makeNode } from '../onnx/build.js';
import type { AttributeValue, ElementType, Fact, Graph, Model, Node } from '../onnx/graph.js';
import type { NativeEncoding, SampleData, SampleSet, SampleTensor } from '../samples/types.js';

/** The networks of the suite are written out node by node, so their operators are named here. */

/** A small network with samples, and what of it a split puts on the edge. */
export interface TestNetwork {
  /** Unique among all of them. */
  name: string;
  model: Model;
  samples: SampleSet;
  /** Tensors whose layers run on the edge where the target can run them. */
  edge: 'all' | ReadonlySet<string>;
}

const SAMPLES = 3;
const ints = (...value: number[]): AttributeValue => ({ type: 'ints', value });
const SAME = { pads: ints(1, 1, 1, 1) };
const HALVED = { kernel_shape: ints(2, 2), strides: ints(2, 2) };

/** Several inputs of several types, tensors that cross at different depths, outputs of both sides. */
export function severalTensors(): TestNetwork {
  const { model, weight } = builder([
    fact('image', 'float32', 1, 3, 12, 12),
    fact('mask', 'uint8', 1, 8, 12, 12),
    fact('tokens', 'int32', 1, 8),
  ]);
  const nodes = [
    makeNode('Conv', ['image', weight('w1', 8, 3, 3, 3), weight('b1', 8)], ['c1'], SAME),
    makeNode('Relu', ['c1'], ['shallow']),
    makeNode('Conv', ['shallow', weight('w2', 8, 8, 3, 3), weight('b2', 8)], ['c2'], SAME),
    makeNode('Relu', ['c2'], ['deep']),
    makeNode('MaxPool', ['shallow'], ['pooled'], HALVED),
    makeNode('Flatten', ['pooled'], ['flat']),
    makeNode('Gemm', ['flat', weight('w3', 288, 4), weight('b3', 4)], ['early']),
    makeNode('Cast', ['mask'], ['factor'], { to: int(1) }),
    makeNode('Mul', ['deep', 'factor'], ['masked']),
    makeNode('Add', ['masked', 'shallow'], ['sum']),
    makeNode('Conv', ['sum', weight('w4', 8, 8, 3, 3)], ['c4'], SAME),
    makeNode('AveragePool', ['c4'], ['half'], HALVED),
    makeNode('Add', ['half', 'pooled'], ['joined']),
    makeNode('Gather', [weight('table', 10, 36), 'tokens'], ['words']),
    makeNode('Reshape', ['words', weight('shape', BigInt64Array.of(1n, 8n, 6n, 6n))], ['plane']),
    makeNode('Add', ['joined', 'plane'], ['y']),
    makeNode('ArgMax', ['y'], ['best'], { axis: int(1), keepdims: int(0) }),
  ];
  const outputs = [fact('y', 'float32', 1, 8, 6, 6), fact('best', 'int64', 1, 6, 6), fact('early', 'float32', 1, 4)];
  const edge = new Set(['shallow', 'deep', 'pooled', 'early']);
  return { name: 'several', ...finished(model, nodes, outputs), edge };
}

/** A chain with a Conv for each bit-width, so that one split has weights of them all. */
export function chain(convolutions: number): TestNetwork {
  const { model, weight } = builder([fact('x', 'float32', 1, 16, 6, 6)]);
  const nodes: Node[] = [];
  let last = 'x';
  for (let i = 0; i < convolutions; i++) {
    const inputs = [last, weight(`w${i}`, 16, 16, 3, 3), weight(`b${i}`, 16)];
    nodes.push(makeNode('Conv', inputs, [`c${i}`], SAME), makeNode('Relu', [`c${i}`], [`a${i}`]));
    last = `a${i}`;
  }
  nodes.push(
    makeNode('Flatten', [last], ['flat']),
    makeNode('Gemm', ['flat', weight('w', 576, 4), weight('b', 4)], ['y']),
  );
  return { name: `chain of ${convolutions}`, ...finished(model, nodes, [fact('y', 'float32', 1, 4)]), edge: 'all' };
}

/** Inputs of bytes, words and flags that the edge reads where it can, beside a layer that any target runs. */
export function typedInputs(): TestNetwork {
  const { model, weight } = builder([
    fact('x', 'float32', 1, 8),
    fact('pixels', 'uint8', 1, 3, 8, 8),
    fact('tokens', 'int64', 1, 4),
    fact('flags', 'bool', 1, 8),
  ]);
  const nodes = [
    makeNode('Gemm', ['x', weight('w1', 8, 8), weight('b1', 8)], ['g1']),
    makeNode('Relu', ['g1'], ['values']),
    makeNode('Cast', ['pixels'], ['levels'], { to: int(1) }),
    makeNode('Conv', ['levels', weight('w2', 8, 3, 3, 3), weight('b2', 8)], ['c2'], SAME),
    makeNode('Relu', ['c2'], ['r2']),
    makeNode('GlobalAveragePool', ['r2'], ['means']),
    makeNode('Flatten', ['means'], ['seen']),
    makeNode('Gather', [weight('table', 10, 8), 'tokens'], ['words']),
    makeNode('Flatten', ['words'], ['line']),
    makeNode('Gemm', ['line', weight('w3', 32, 8), weight('b3', 8)], ['read']),
    makeNode('Cast', ['flags'], ['switches'], { to: int(1) }),
    makeNode('Mul', ['values', 'switches'], ['chosen']),
    makeNode('Add', ['chosen', 'seen'], ['both']),
    makeNode('Add', ['both', 'read'], ['y']),
    makeNode('Softmax', ['y'], ['shares'], { axis: int(-1) }),
    makeNode('ArgMax', ['y'], ['best'], { axis: int(1), keepdims: int(0) }),
  ];
  const outputs = [fact('y', 'float32', 1, 8), fact('shares', 'float32', 1, 8), fact('best', 'int64', 1)];
  return { name: 'types', ...finished(model, nodes, outputs), edge: 'all' };
}

/** Nothing on the edge: a picture of 8-bit codes for each encoding, numbers as they are, and counts. */
export function pictures(count: number): TestNetwork {
  const names = Array.from({ length: count }, (_, i) => `picture${i}`);
  const { model, weight } = builder([
    ...names.map((name) => fact(name, 'float32', 1, 3, 16, 16)),
    fact('numbers', 'float32', 1, 64),
    fact('counts', 'int32', 1, 64),
  ]);
  const nodes = [
    makeNode('Cast', ['counts'], ['amounts'], { to: int(1) }),
    makeNode('Add', ['numbers', 'amounts'], ['values']),
    makeNode('MatMul', ['values', weight('values_w', 64, 4)], ['row']),
  ];
  let last = 'row';
  for (const name of names) {
    nodes.push(
      makeNode('Conv', [name, weight(`${name}_w`, 4, 3, 3, 3)], [`${name}_c`], SAME),
      makeNode('GlobalAveragePool', [`${name}_c`], [`${name}_p`]),
      makeNode('Flatten', [`${name}_p`], [`${name}_f`]),
      makeNode('Add', [last, `${name}_f`], [name === names.at(-1) ? 'y' : `${name}_s`]),
    );
    last = `${name}_s`;
  }
  const native = { bits: 8, scale: [1 / 64], zeroPoint: [128] };
  const source = Object.fromEntries(names.map((name) => [name, native]));
  return {
    name: `${count} pictures`,
    ...finished(model, nodes, [fact('y', 'float32', 1, 4)], source),
    edge: new Set(),
  };
}

const fact = (name: string, dtype: ElementType, ...shape: number[]): Fact => ({ name, dtype, shape });

/** A model without nodes yet, and a way to give it weights: of random values, or those that are given. */
function builder(inputs: Fact[]) {
  const graph: Graph = { name: 'test', nodes: [], inputs, outputs: [], initializers: new Map(), values: new Map() };
  const model: Model = { irVersion: 8, producer: 'autosplit', opsets: new Map([['', 13]]), graph, functions: [] };
  const next = random(inputs.length);
  const weight = (name: string, first: number | BigInt64Array, ...rest: number[]): string => {
    const dims = typeof first === 'number' ? [first, ...rest] : undefined;
    const values = dims ? Float32Array.from({ length: elements(dims) }, () => next() - 0.45) : (first as BigInt64Array);
    graph.initializers.set(name, makeInitializer(name, values, dims));
    return name;
  };
  return { model, weight };
}

const elements = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);

function finished(
  { graph, ...model }: Model,
  nodes: Node[],
  outputs: Fact[],
  source: Record<string, NativeEncoding> = {},
): Pick<TestNetwork, 'model' | 'samples'> {
  const names = Array.from({ length: SAMPLES }, (_, i) => `sample ${i}`);
  const bits: Partial<Record<ElementType, number>> = { uint8: 8, bool: 8, int64: 64 };
  return {
    model: { ...model, graph: { ...graph, nodes, outputs } },
    samples: {
      count: SAMPLES,
      names,
      available: names,
      source: Object.fromEntries(
        graph.inputs.map(({ name, dtype = 'float32' }) => [name, source[name] ?? { bits: bits[dtype] ?? 32 }]),
      ),
      load: async (index) =>
        Object.fromEntries(
          graph.inputs.map((input, i) => [input.name, sampleOf(input, source[input.name], random(1 + 31 * index + i))]),
        ),
    },
  };
}

/** Neighbours are alike, as in pictures and sound: what does not get smaller by its encoding travels without it. */
function sampleOf({ dtype, shape }: Fact, native: NativeEncoding | undefined, next: () => number): SampleTensor {
  const dims = (shape ?? []).map(Number);
  const [scale = 1 / 64] = native?.scale ?? [];
  const [zeroPoint = 128] = native?.zeroPoint ?? [];
  let level = 128;
  const code = () => {
    level = Math.min(255, Math.max(0, level + Math.round(6 * next() - 3)));
    return level;
  };
  const codes = Array.from({ length: elements(dims) }, code);
  const data: Partial<Record<ElementType, () => SampleData>> = {
    float32: () => Float32Array.from(codes, (value) => scale * (value - zeroPoint)),
    uint8: () => Uint8Array.from(codes),
    int32: () => Int32Array.from(codes, (value) => value % 10),
    int64: () => BigInt64Array.from(codes, (value) => BigInt(value % 10)),
    bool: () => Uint8Array.from(codes, (value) => value % 2),
  };
  const make = data[dtype ?? 'float32'];
  if (!make) throw new Error(`no samples of ${dtype}`);
  return { dtype: dtype as SampleTensor['dtype'], shape: dims, data: make() };
}
