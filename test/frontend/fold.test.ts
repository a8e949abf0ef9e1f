import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossing } from '../../src/frontend/cut.js';
import { foldConstants } from '../../src/frontend/fold.js';
import { fuse } from '../../src/frontend/fuse.js';
import { makeInitializer, makeNode } from '../../src/onnx/build.js';
import type { Fact, Initializer, Layer, Model, Node } from '../../src/onnx/graph.js';
import { bits, float, modelOf, node, random, randomFeeds, runModel, temporaryFolder } from '../onnx/harness.js';

const folder = temporaryFolder();

/**
 * A random network of vectors of four: weights as int8 behind DequantizeLinear, shapes that are filled, constants that
 * are combined.
 */
function randomModel(seed: number): Model {
  const next = random(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)];
  const initializers: Initializer[] = [
    makeInitializer(
      'codes',
      Int8Array.from({ length: 4 }, () => next() * 250 - 125),
    ),
    makeInitializer('scale', Float32Array.of(0.01)),
    makeInitializer('shape', BigInt64Array.of(4n), [1]),
    makeInitializer(
      'bias',
      Float32Array.from({ length: 4 }, () => next() - 0.5),
    ),
  ];
  const nodes: Node[] = [];
  const tensors = ['a', 'b', 'bias'];
  const operators = ['Add', 'Mul', 'Relu', 'DequantizeLinear', 'ConstantOfShape', 'Sub'] as const;
  const count = 4 + Math.floor(next() * 10);
  for (let i = 0; i < count; i++) {
    const op = pick(operators);
    const inputs =
      op === 'DequantizeLinear'
        ? ['codes', 'scale']
        : op === 'ConstantOfShape'
          ? ['shape']
          : op === 'Relu'
            ? [pick(tensors)]
            : [pick(tensors), pick(tensors)];
    nodes.push(makeNode(op, inputs, [`t${i}`]));
    tensors.push(`t${i}`);
  }
  nodes.push(makeNode('Add', [tensors[tensors.length - 1], 'a'], ['out']));
  const values = new Map(nodes.map(({ outputs: [name] }): [string, Fact] => [name, float(name, 4)]));
  const graph = {
    name: 'random',
    nodes,
    inputs: [float('a', 4), float('b', 4)],
    outputs: [float('out', 4)],
    initializers: new Map(initializers.map((initializer) => [initializer.name, initializer])),
    values,
  };
  return { irVersion: 8, producer: 'test', opsets: new Map([['', 17]]), graph, functions: [] };
}

/** Tensors that some input of the network reaches: what is not among them is constant. */
function reached({ graph }: Model): Set<string> {
  const found = new Set(graph.inputs.map(({ name }) => name));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { inputs, outputs } of graph.nodes)
      if (inputs.some((name) => found.has(name))) for (const name of outputs) found.add(name);
  }
  return found;
}

/** Every cut, as sets of layers that are closed under predecessors. */
function* everyCut(layers: readonly Layer[]): Generator<Set<number>> {
  const made = new Map(layers.flatMap(({ outputs }, index) => outputs.map((name) => [name, index] as const)));
  for (let mask = 0; mask < 2 ** layers.length; mask++) {
    const edge = new Set(layers.flatMap((_, index) => ((mask >> index) & 1 ? [index] : [])));
    if (
      [...edge].every((index) =>
        layers[index].inputs.every((name) => !made.has(name) || edge.has(made.get(name) ?? -1)),
      )
    )
      yield edge;
  }
}

describe('foldConstants', () => {
  it('leaves no constant to cross any cut, and the same outputs to the bit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const model = randomModel(seed);
        const folded = await foldConstants(model, folder);
        const feeds = randomFeeds(model.graph.inputs, seed);
        expect(bits(await runModel(folded, feeds, folder))).toEqual(bits(await runModel(model, feeds, folder)));
        const variable = reached(model);
        const layers = fuse(folded.graph);
        if (layers.length > 10) return;
        for (const edge of everyCut(layers))
          for (const name of crossing(folded.graph, layers, edge)) expect(variable).toContain(name);
      }),
      { numRuns: 40, seed: 3 },
    );
  });

  it('keeps what is an output of the network, and what gives something else each time', async () => {
    const model = modelOf({
      nodes: [
        node('Relu', ['w'], ['constant']),
        node('RandomNormalLike', ['w'], ['noise']),
        node('Add', ['x', 'noise'], ['noisy']),
        node('Neg', ['w'], ['negative']),
        node('Add', ['noisy', 'negative'], ['out']),
      ],
      inputs: [float('x', 4)],
      outputs: [float('out', 4), float('constant', 4)],
      constants: { w: [4] },
    });
    const values = new Map(model.graph.nodes.map(({ outputs: [name] }) => [name, float(name, 4)]));
    const folded = await foldConstants({ ...model, graph: { ...model.graph, values } }, folder);
    expect(folded.graph.nodes.map(({ op }) => op)).toEqual(['Relu', 'RandomNormalLike', 'Add', 'Add']);
    expect([...folded.graph.initializers.keys()].sort()).toEqual(['negative', 'w']);
  });

  it('leaves what has no known shape, and drops constants that nobody reads any more', async () => {
    const model = modelOf({
      nodes: [node('Neg', ['w'], ['n']), node('Add', ['x', 'n'], ['out'])],
      inputs: [float('x', 4)],
      outputs: [float('out', 4)],
      constants: { w: [4] },
    });
    expect((await foldConstants(model, folder)).graph.nodes).toHaveLength(2);
    const values = new Map([['n', float('n', 4)]]);
    const folded = await foldConstants({ ...model, graph: { ...model.graph, values } }, folder);
    expect([...folded.graph.initializers.keys()]).toEqual(['n']);
    expect(folded.graph.values.size).toBe(0);
  });
});

it('a body of control flow counts for what it reads', async () => {
  const body = {
    name: 'body',
    nodes: [makeNode('Add', ['x', 'w'], ['inner'])],
    inputs: [],
    outputs: [float('inner', 4)],
    initializers: new Map(),
    values: new Map(),
  };
  const branch = { type: 'graph' as const, value: body };
  const model = modelOf({
    nodes: [
      makeNode('If', ['yes'], ['chosen'], { then_branch: branch, else_branch: branch }),
      node('Relu', ['chosen'], ['out']),
    ],
    inputs: [float('x', 4)],
    outputs: [float('out', 4)],
    constants: { w: [4] },
  });
  const yes = { ...makeInitializer('yes', Uint8Array.of(1)), dtype: 'bool' as const };
  const initializers = new Map([...model.graph.initializers, ['yes', yes] as const]);
  const values = new Map([['chosen', float('chosen', 4)]]);
  const folded = await foldConstants({ ...model, graph: { ...model.graph, initializers, values } }, folder);
  expect(folded.graph.nodes.map(({ op }) => op)).toEqual(['If', 'Relu']);
});
