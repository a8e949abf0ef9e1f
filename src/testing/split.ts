import { makeSides, type Sides } from '../bundle/sides.js';
import { quantizationTable } from '../bundle/table.js';
import { calibrateModel } from '../calibrate/index.js';
import type { Profile } from '../calibrate/profile.js';
import { WIRE_BITS } from '../config/bits.js';
import { prepareModel } from '../frontend/index.js';
import { readBytes } from '../onnx/bytes.js';
import { bitsOf } from '../onnx/element.js';
import type { Initializer, Layer, Model } from '../onnx/graph.js';
import { runsInFloat } from '../ops/integer.js';
import type { SplitDecision } from '../quantize/decision.js';
import { type QuantizedSplit, quantizeSplit } from '../quantize/index.js';
import { codecOf } from '../runtime/codecs/index.js';
import type { EdgeCapabilities } from '../targets/capabilities.js';
import { isShared } from '../targets/index.js';
import type { Targets } from '../targets/target.js';
import { withTemporaryFolder } from '../util/exit.js';
import type { TestNetwork } from './networks.js';

/** A test network brought into the form that splits are made of. */
export interface PreparedNetwork extends TestNetwork {
  layers: readonly Layer[];
  profile: Profile;
}

/** The same for one pair of targets. */
export interface TargetNetwork extends PreparedNetwork {
  targets: Targets;
}

/** Runs the stages before the planner. What it gives is in memory alone. */
export const prepareNetwork = (network: TestNetwork, target: EdgeCapabilities): Promise<PreparedNetwork> =>
  withTemporaryFolder('autosplit-network', async (workDir) => {
    const { model: prepared, layers } = await prepareModel(network.model, {}, workDir, () => {});
    const model = inMemory(prepared);
    const profile = await calibrateModel({
      model,
      layers,
      target,
      samples: network.samples,
      bits: { weights: target.weightBits, activations: [8], wire: WIRE_BITS },
      inputEncoding: 'raw',
      candidates: new Set(),
      workDir,
    });
    return { ...network, model, layers, profile };
  });

function inMemory(model: Model): Model {
  const initializers = [...model.graph.initializers].map(([name, { data, ...rest }]): [string, Initializer] => [
    name,
    { ...rest, data: { kind: 'memory', bytes: readBytes(data) } },
  ]);
  return { ...model, graph: { ...model.graph, initializers: new Map(initializers) } };
}

/** What a split of a test network is to have. */
export interface Wanted {
  /** Bits of weights, one after the other by layer. */
  weightBits: readonly number[];
  /** Bits of the codes that cross, one after the other by tensor; inputs with codes of their own keep those. */
  wireBits: readonly number[];
  /** Encodings, each of about as many tensors as can have it. */
  encodings: readonly string[];
}

/** The split with as much on the edge as is wanted and the target can run. */
export function splitOf(network: TargetNetwork, wanted: Wanted): QuantizedSplit {
  const { layers, profile, model } = network;
  const edge = edgeLayers(network);
  const nextBits = inTurn(wanted.weightBits);
  const weightBits = layers.map((_, layer) =>
    edge.has(layer) && profile.layers[layer].weightElements > 0 ? nextBits() : 0,
  );
  const decision: SplitDecision = {
    decision: edge.size === 0 ? 'cloud-only' : edge.size === layers.length ? 'edge-only' : 'split',
    edge,
    weightBits,
    wire: wiresOf(crossingTensors(network, edge), network, wanted),
  };
  return quantizeSplit(decision, { model, layers, profile });
}

/** Layers that are wanted on the edge, that the target has kernels for, and whose predecessors are there too. */
function edgeLayers({ layers, model, profile, targets, edge: wanted }: TargetNetwork): Set<number> {
  const { graph } = model;
  const here = new Set(graph.inputs.map(({ name }) => name));
  const edge = new Set<number>();
  // A layer is wanted where it is named, or where a wanted one reads what it gives.
  const read = new Set<string>();
  const reaches = new Set<number>();
  for (const [index, { inputs, outputs }] of [...layers.entries()].reverse()) {
    if (wanted !== 'all' && !outputs.some((output) => wanted.has(output) || read.has(output))) continue;
    reaches.add(index);
    for (const input of inputs) read.add(input);
  }
  for (const [index, layer] of layers.entries()) {
    const runs = layer.nodes.every(
      (node) => profile.integer.roles[node] !== 'float' || runsInFloat(targets.edge, graph.nodes[node]),
    );
    if (!reaches.has(index) || !runs || !layer.inputs.every((input) => here.has(input))) continue;
    edge.add(index);
    for (const output of layer.outputs) here.add(output);
  }
  return edge;
}

/** Inputs of the network and tensors of edge layers that layers in the cloud read. */
function crossingTensors({ layers, model }: PreparedNetwork, edge: ReadonlySet<number>): string[] {
  const made = layers.flatMap(({ outputs }, index) => (edge.has(index) ? outputs : []));
  const read = new Set(layers.flatMap(({ inputs }, index) => (edge.has(index) ? [] : inputs)));
  return [...model.graph.inputs.map(({ name }) => name), ...made].filter((name) => read.has(name));
}

/** Each crossing tensor at the next of the wanted bits, in the encoding that the fewest have so far. */
function wiresOf(
  tensors: readonly string[],
  { model, profile, targets }: TargetNetwork,
  { wireBits, encodings }: Wanted,
): SplitDecision['wire'] {
  const nextBits = inTurn(wireBits);
  const uses = new Map(encodings.map((encoding) => [encoding, 0]));
  return tensors.map((tensor) => {
    const input = profile.inputs.get(tensor);
    const dtype = profile.tensors.get(tensor)?.dtype ?? model.graph.values.get(tensor)?.dtype ?? 'float32';
    const isCoded = input ? input.native !== undefined : dtype === 'float32';
    const plainBits = input?.plainBits ?? bitsOf(dtype) ?? 32;
    const bits = isCoded ? (input?.native?.bits ?? nextBits()) : plainBits;
    const crossing = {
      shape: profile.tensors.get(tensor)?.shape ?? [],
      bits,
      dtype,
      isPicture: input?.native !== undefined,
      ...(isCoded && { scale: [1] }),
    };
    const able = encodings.filter(
      (encoding) => isShared(encoding, targets.edge, targets.cloud) && codecOf(encoding).applies(crossing),
    );
    const fewest = Math.min(...able.map((encoding) => uses.get(encoding) ?? 0));
    const encoding = able.find((one) => uses.get(one) === fewest) ?? 'raw';
    uses.set(encoding, fewest + 1);
    return { tensor, bits, encoding };
  });
}

/** Gives the items of a list one after the other, and again from its beginning. */
function inTurn<T>(list: readonly T[]): () => T {
  let next = 0;
  return () => list[next++ % list.length];
}

/** What the targets of a split make their files from. */
export async function sidesOf(split: QuantizedSplit, { layers, profile, targets }: TargetNetwork): Promise<Sides> {
  const table = quantizationTable(split, layers, profile, new Set());
  return makeSides({ name: 'test', deliver: 'edge', kernels: targets.edge.kernels, split, table });
}
