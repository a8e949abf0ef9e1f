import { AutosplitError } from '../util/error.js';
import { shown } from './external.js';
import type { Fact, Graph, Initializer, Model } from './graph.js';
import { readNames } from './scope.js';

export interface Subgraph {
  /** Indices into graph.nodes; taken in ascending order, whatever the order here. */
  nodes: readonly number[];
  /** Inputs of the part, with concrete type and shape where later stages need them. */
  inputs: readonly Fact[];
  /** Outputs of the part: tensors made inside, initializers or inputs. */
  outputs: readonly string[];
}

/** Facts of a tensor of a graph; without type and shape where nothing is known. */
export function factOf(graph: Graph, name: string): Fact {
  const constant = graph.initializers.get(name);
  return (
    graph.values.get(name) ??
    graph.inputs.find((input) => input.name === name) ??
    graph.outputs.find((output) => output.name === name) ??
    (constant ? { name, dtype: constant.dtype, shape: constant.dims } : { name, dtype: undefined, shape: undefined })
  );
}

/**
 * Extracts a part of a model as a model. Names stay; initializers that are read, operator sets and functions are taken
 * along. A model output that is a model input becomes an input, listed or not.
 * @throws AutosplitError CUT_INVALID where the part reads a tensor that it neither makes nor gets
 */
export function extractSubgraph(model: Model, { nodes: indices, inputs, outputs }: Subgraph): Model {
  const { graph } = model;
  const nodes = [...new Set(indices)].sort((a, b) => a - b).map((index) => graph.nodes[index]);
  const made = new Set(nodes.flatMap((node) => node.outputs));
  const given = new Map(inputs.map((input) => [input.name, input]));
  const initializers = new Map<string, Initializer>();

  for (const name of given.keys()) {
    if (made.has(name))
      throw new AutosplitError('CUT_INVALID', `tensor ${shown(name)} is made on the side that is to receive it`);
  }
  const need = (name: string, reader: string) => {
    if (made.has(name) || given.has(name)) return;
    const initializer = graph.initializers.get(name);
    if (!initializer)
      throw new AutosplitError(
        'CUT_INVALID',
        `${reader} needs tensor ${shown(name)}, which is neither made nor received on its side`,
      );
    initializers.set(name, initializer);
  };
  for (const node of nodes) for (const name of readNames(node)) need(name, `node ${shown(node.name)}`);
  for (const name of outputs) {
    const passed = graph.inputs.find((input) => input.name === name);
    if (passed && !given.has(name)) given.set(name, passed);
    need(name, 'the output');
  }
  const facts = outputs.map(
    (name) => graph.outputs.find((output) => output.name === name && output.dtype) ?? factOf(graph, name),
  );
  const asked = new Set(outputs);
  const kept = new Map([...graph.values].filter(([name]) => made.has(name) && !asked.has(name)));
  // In the order of the model, so that a side does not depend on the order in which they are read.
  const ordered = new Map([...graph.initializers].filter(([name]) => initializers.has(name)));
  return {
    ...model,
    graph: {
      name: graph.name,
      nodes,
      inputs: [...given.values()],
      outputs: facts,
      initializers: ordered,
      values: kept,
    },
  };
}
