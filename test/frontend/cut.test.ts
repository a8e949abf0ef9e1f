import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossing, cutAfter } from '../../src/frontend/cut.js';
import { fuse } from '../../src/frontend/fuse.js';
import type { Graph, Layer, Node } from '../../src/onnx/graph.js';
import { AutosplitError } from '../../src/util/error.js';
import { float, modelOf, node } from '../onnx/harness.js';

interface Network {
  graph: Graph;
  layers: Layer[];
}

const OPS: [string, number][] = [
  ['Conv', 1],
  ['MatMul', 1],
  ['Relu', 1],
  ['Clip', 1],
  ['Sigmoid', 1],
  ['Add', 2],
  ['Mul', 2],
  ['Concat', 2],
  ['Split', 1],
  ['RandomNormal', 0],
];

/** Random graphs: each node reads earlier tensors or a constant, recent ones rather, so that chains are common. */
const networks = (most: number): fc.Arbitrary<Network> =>
  fc
    .record({
      inputs: fc.integer({ min: 1, max: 2 }),
      steps: fc.array(
        fc.record({
          op: fc.nat(OPS.length - 1),
          reads: fc.tuple(fc.nat(99), fc.nat(99)),
          isOutput: fc.boolean(),
          far: fc.boolean(),
        }),
        {
          minLength: 1,
          maxLength: most,
        },
      ),
    })
    .map(({ inputs, steps }) => {
      const tensors = Array.from({ length: inputs }, (_, i) => `x${i}`);
      const given = tensors.map((name) => float(name, 1));
      const outputs = new Set<string>();
      const nodes: Node[] = steps.map(({ op, reads, isOutput, far }, index) => {
        const [name, arity] = OPS[op];
        const pick = (number: number) =>
          tensors[far ? number % tensors.length : Math.max(0, tensors.length - 1 - (number % 3))];
        const read = reads.slice(0, arity).map(pick);
        if (name === 'Conv' || name === 'MatMul') read.push('w');
        const made = name === 'Split' ? [`t${index}a`, `t${index}b`] : [`t${index}`];
        tensors.push(...made);
        if (isOutput && index % 3 === 0) outputs.add(made[0]);
        return node(name, read, made);
      });
      outputs.add(tensors[tensors.length - 1]);
      const { graph } = modelOf({
        nodes,
        inputs: given,
        outputs: [...outputs].map((name) => float(name, 1)),
        constants: { w: [1, 1] },
      });
      return { graph, layers: fuse(graph) };
    });

/** A random set of layers with all their predecessors. */
const withCut = fc
  .tuple(networks(24), fc.array(fc.nat(99), { maxLength: 4 }))
  .map(([network, wanted]) => ({ ...network, edge: closure(network, wanted) }));

function closure({ layers }: Network, wanted: number[]): Set<number> {
  const edge = new Set(wanted.map((number) => number % layers.length));
  for (let i = layers.length - 1; i >= 0; i--) {
    if (!edge.has(i)) continue;
    for (let j = 0; j < i; j++) if (layers[j].outputs.some((name) => layers[i].inputs.includes(name))) edge.add(j);
  }
  return edge;
}

/** By the definition, node by node: what nodes in the cloud read of what is made on the edge or given. */
function crossingByNodes({ graph, layers }: Network, edge: ReadonlySet<number>): Set<string> {
  const onEdge = new Set([...edge].flatMap((index) => layers[index].nodes));
  const available = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...[...onEdge].flatMap((index) => graph.nodes[index].outputs),
  ]);
  return new Set(
    graph.nodes.flatMap(({ inputs }, index) => (onEdge.has(index) ? [] : inputs.filter((name) => available.has(name)))),
  );
}

const isClosed = (network: Network, edge: ReadonlySet<number>) => closure(network, [...edge]).size === edge.size;

describe('fused random graphs', () => {
  it('have each node in one layer, in an order that runs', () => {
    fc.assert(
      fc.property(networks(30), ({ graph, layers }) => {
        expect(layers.flatMap(({ nodes }) => nodes).sort((a, b) => a - b)).toEqual(
          graph.nodes.map((_, index) => index),
        );
        const ready = new Set(graph.inputs.map(({ name }) => name));
        for (const layer of layers) {
          for (const input of layer.inputs) expect(ready).toContain(input);
          for (const output of layer.outputs) ready.add(output);
          expect([...layer.nodes]).toEqual([...layer.nodes].sort((a, b) => a - b));
        }
        for (const { name } of graph.outputs) expect(ready).toContain(name);
      }),
    );
  });
});

describe('crossing', () => {
  it('is what the cloud reads of the edge, each once', () => {
    fc.assert(
      fc.property(withCut, (network) => {
        const crosses = crossing(network.graph, network.layers, network.edge);
        expect(new Set(crosses)).toEqual(crossingByNodes(network, network.edge));
        expect(new Set(crosses).size).toBe(crosses.length);
      }),
    );
  });

  it('is the inputs of the graph for the empty cut, and nothing for the full one', () => {
    const { graph } = modelOf({
      nodes: [node('Add', ['x', 'x'], ['a']), node('Relu', ['a'], ['y'])],
      inputs: [float('x', 1), float('unused', 1)],
      outputs: [float('y', 1)],
    });
    const layers = fuse(graph);
    expect(crossing(graph, layers, new Set())).toEqual(['x']);
    expect(crossing(graph, layers, new Set(layers.keys()))).toEqual([]);
  });
});

describe('cutAfter', () => {
  it('gives back a cut with the same crossing tensors', () => {
    fc.assert(
      fc.property(withCut, (network) => {
        const crosses = crossing(network.graph, network.layers, network.edge);
        fc.pre(crosses.length > 0);
        const cut = cutAfter(network.graph, network.layers, crosses);
        expect(isClosed(network, cut)).toBe(true);
        expect(crossing(network.graph, network.layers, cut).sort()).toEqual([...crosses].sort());
      }),
      { numRuns: 300 },
    );
  });

  it('finds a cut exactly where there is one among all', () => {
    const cases = fc.tuple(networks(9), fc.array(fc.nat(99), { minLength: 1, maxLength: 3 }));
    fc.assert(
      fc.property(cases, ([network, picks]) => {
        const { graph, layers } = network;
        const tensors = [...graph.inputs.map(({ name }) => name), ...layers.flatMap(({ outputs }) => outputs)];
        const named = [...new Set(picks.map((number) => tensors[number % tensors.length]))].sort();
        let exists = false;
        for (let mask = 0; mask < 2 ** layers.length && !exists; mask++) {
          const edge = new Set([...layers.keys()].filter((index) => mask & (1 << index)));
          exists =
            isClosed(network, edge) &&
            JSON.stringify([...crossingByNodes(network, edge)].sort()) === JSON.stringify(named);
        }
        const cut = () => crossing(graph, layers, cutAfter(graph, layers, named)).sort();
        if (exists) expect(cut()).toEqual(named);
        else expect(cut).toThrow(expect.objectContaining({ code: 'CUT_INVALID', hint: expect.any(String) }));
      }),
      { numRuns: 200 },
    );
  });

  it('names a valid cut that holds the tensors named, wherever some cut does', () => {
    const cases = fc.tuple(networks(9), fc.array(fc.nat(99), { minLength: 1, maxLength: 3 }));
    let hinted = 0;
    fc.assert(
      fc.property(cases, ([network, picks]) => {
        const { graph, layers } = network;
        const tensors = [...graph.inputs.map(({ name }) => name), ...layers.flatMap(({ outputs }) => outputs)];
        const named = [...new Set(picks.map((number) => tensors[number % tensors.length]))];
        let hint = '';
        try {
          cutAfter(graph, layers, named);
          return;
        } catch (error) {
          hint = (error instanceof AutosplitError && error.hint) || '';
        }
        const holds = [...Array(2 ** layers.length).keys()].some((mask) => {
          const edge = new Set([...layers.keys()].filter((index) => mask & (1 << index)));
          return isClosed(network, edge) && named.every((name) => crossingByNodes(network, edge).has(name));
        });
        const list = /valid: after: (\[[^\]]*\])/.exec(hint)?.[1];
        if (holds) expect(list).toBeDefined();
        if (list === undefined) return;
        hinted++;
        const valid: string[] = JSON.parse(list);
        expect(crossing(graph, layers, cutAfter(graph, layers, valid)).sort()).toEqual([...valid].sort());
        if (holds) expect(valid).toEqual(expect.arrayContaining(named));
      }),
      { numRuns: 300 },
    );
    expect(hinted).toBeGreaterThan(20);
  });

  const { graph } = modelOf({
    nodes: [
      node('Conv', ['x', 'w'], ['c']),
      node('Relu', ['c'], ['stem']),
      node('Transpose', ['stem'], ['left']),
      node('Add', ['left', 'stem'], ['sum']),
      node('Softmax', ['sum'], ['y']),
      node('Tanh', ['stem'], ['side']),
    ],
    inputs: [float('x', 1)],
    outputs: [float('y', 1), float('side', 1)],
    constants: { w: [1, 1, 1, 1] },
  });
  const layers = fuse(graph);
  const failure = (...tensors: string[]): AutosplitError => {
    try {
      cutAfter(graph, layers, tensors);
    } catch (error) {
      if (error instanceof AutosplitError) return error;
      throw error;
    }
    throw new Error('there is such a cut');
  };

  it('keeps branches that end in an output on the edge where the cut asks for it', () => {
    expect([...cutAfter(graph, layers, ['sum'])].sort()).toEqual([0, 1, 2, 4]);
    expect([...cutAfter(graph, layers, ['stem'])]).toEqual([0]);
    expect([...cutAfter(graph, layers, ['x'])]).toEqual([]);
  });

  it('names what would have to cross, too', () => {
    const { message, hint } = failure('left');
    expect(message).toContain('"stem" would have to cross, too');
    expect(hint).toContain('after: ["stem", "left"]');
  });

  it('names what does not cross', () => {
    expect(failure('y').message).toContain('"y" would not cross');
    expect(failure('x', 'stem').message).toContain('"x" would not cross');
  });

  it('leads from a tensor inside a layer to the one behind it', () => {
    expect(failure('c').hint).toBe('cut after "stem" instead');
  });

  it('suggests the nearest name', () => {
    expect(failure('stemm').hint).toContain('"stem"');
    expect(failure('w').message).toContain('constant');
    expect(failure('s'.repeat(1e6)).message.length).toBeLessThan(500);
    expect(failure().code).toBe('CUT_INVALID');
  });

  it('is quick on long chains', () => {
    const nodes = Array.from({ length: 20_000 }, (_, i) => node('Relu', [i === 0 ? 'x' : `a${i - 1}`], [`a${i}`]));
    const others = Array.from({ length: 20_000 }, (_, i) => node('Relu', [i === 0 ? 'x' : `b${i - 1}`], [`b${i}`]));
    const long = modelOf({
      nodes: [...nodes, ...others],
      inputs: [float('x', 1)],
      outputs: [float('a19999', 1), float('b19999', 1)],
    }).graph;
    expect(cutAfter(long, fuse(long), ['a15000']).size).toBe(15_001 + 20_000);
  });
});
