import { type Histogram, meanSquare } from '../numerics/histogram.js';
import { type ActivationQuantizer, quantizerError, searchQuantizer } from '../numerics/range.js';
import { ERROR_BITS, roundSignificant } from '../numerics/round.js';
import { elementsOf } from '../onnx/dims.js';
import { factOf } from '../onnx/extract.js';
import type { Graph, Layer } from '../onnx/graph.js';
import { operatorOf } from '../ops/index.js';
import { type IntegerGraph, integerGraph } from '../ops/integer.js';
import { chooseQuantizer, type Evidence, type RangeMethod } from '../ptq/range-methods.js';
import type { EdgeCapabilities } from '../targets/capabilities.js';
import type { TensorProfile } from './profile.js';
import { exactScales } from './sums.js';

/** The tensors of a model that are profiled: outputs of layers, and owners of quantizers. */
export interface TensorSelection {
  inputs: ReadonlySet<string>;
  /** Float32 tensors with a quantizer. */
  measured: string[];
  /** Tensors that may cross. */
  candidates: string[];
  all: string[];
}

/** Chooses the tensors to look at. */
export function selectTensors(graph: Graph, layers: readonly Layer[], integer: IntegerGraph): TensorSelection {
  const inputs = new Set(graph.inputs.map((input) => input.name));
  const made = [...new Set(layers.flatMap((layer) => layer.outputs))];
  const owners = [...integer.codes.values()].map((code) => code.owner);
  const all = [...new Set([...inputs, ...made, ...owners])];
  const holdsSomething = (name: string) => elementsOf(graph, name) > 0;
  return {
    inputs,
    measured: all.filter((name) => factOf(graph, name).dtype === 'float32' && holdsSomething(name)),
    candidates: made.filter(holdsSomething),
    all,
  };
}

export interface RangeSources {
  graph: Graph;
  layers: readonly Layer[];
  target: EdgeCapabilities;
  /** How ranges may be found. */
  ranges: readonly RangeMethod[];
}

/** What runs on integers, and each tensor with its quantizer on the edge. */
export interface EdgeRanges {
  integer: IntegerGraph;
  tensors: Map<string, TensorProfile>;
}

/** Ranges and 8-bit quantizers of all tensors of a network. */
export function edgeRanges(
  names: readonly string[],
  evidence: ReadonlyMap<string, Evidence>,
  { graph, layers, target, ranges }: RangeSources,
): EdgeRanges {
  const integer = settleIntegers(graph, layers, target, evidence, ranges);
  const tensors = new Map(
    names.map((name) => [
      name,
      tensorProfile(name, graph, evidence.get(name)?.all, edgeQuantizers(name, integer, evidence, ranges)),
    ]),
  );
  moveScales(tensors, integer, graph, evidence);
  return { integer, tensors };
}

/** Quantizers of tensors on the wire at a bit-width below 8; at 8 bits they keep that of the edge. */
export function wireQuantizers(
  bits: number,
  integer: IntegerGraph,
  evidence: ReadonlyMap<string, Evidence>,
  ranges: readonly RangeMethod[],
): Map<string, ActivationQuantizer> {
  return new Map(
    [...evidence].map(([name, own]) => [name, chooseQuantizer(own, bits, integer.codes.get(name)?.bounds, [], ranges)]),
  );
}

/** Error over mean square (25 dB) above which a shared quantizer fails, if an own one has at most a tenth of it. */
const POOR = 10 ** -2.5;

/**
 * Which nodes run on integers, given the values of their tensors. Some tensors share a quantizer: those that moved the
 * codes of another, and inputs of a concatenation. Where one of them uses so small a part of the common range that the
 * quantizer fails for it, the layer that makes the owner runs in float.
 */
function settleIntegers(
  graph: Graph,
  layers: readonly Layer[],
  target: EdgeCapabilities,
  evidence: ReadonlyMap<string, Evidence>,
  ranges: readonly RangeMethod[],
): IntegerGraph {
  const apart = new Set<string>();
  for (;;) {
    const integer = integerGraph(graph, layers, target, apart);
    const before = apart.size;
    for (const [name, owner] of [
      ...[...integer.codes].map(([name, code]) => [name, code.owner]),
      ...concatenated(graph, integer),
    ]) {
      const [own, whole] = [evidence.get(name), evidence.get(owner)];
      if (name === owner || !own || !whole) continue;
      const shared =
        quantizerError(own.all, sharedQuantizer(owner, whole, integer, evidence, ranges)) / meanSquare(own.all);
      if (shared > POOR && shared > (10 * searchQuantizer(own.all, 8).mse) / meanSquare(own.all)) apart.add(owner);
    }
    if (apart.size === before) return integer;
  }
}

/** Each tensor that a concatenation of codes reads, with the one that it makes. */
const concatenated = (graph: Graph, { roles, codes }: IntegerGraph): [string, string][] =>
  graph.nodes.flatMap((node, index) =>
    operatorOf(node).joins === 'concatenation' && roles[index] !== 'float' && codes.has(node.outputs[0])
      ? node.inputs.map((input): [string, string] => [input, node.outputs[0]])
      : [],
  );

/** The 8-bit quantizer of an owner, chosen for all tensors that share it. */
function sharedQuantizer(
  owner: string,
  whole: Evidence,
  integer: IntegerGraph,
  evidence: ReadonlyMap<string, Evidence>,
  ranges: readonly RangeMethod[],
): ActivationQuantizer {
  const sharers = [...integer.codes].flatMap(([other, code]) =>
    code.owner === owner && other !== owner ? (evidence.get(other) ?? []) : [],
  );
  return chooseQuantizer(whole, 8, integer.codes.get(owner)?.bounds, sharers, ranges);
}

/** The 8-bit quantizer of a tensor: its own, or that of its owner, with the error that this tensor has with it. */
function edgeQuantizers(
  name: string,
  integer: IntegerGraph,
  evidence: ReadonlyMap<string, Evidence>,
  ranges: readonly RangeMethod[],
): Map<number, ActivationQuantizer> {
  const own = evidence.get(name);
  if (!own) return new Map();
  const { owner, bounds } = integer.codes.get(name) ?? { owner: name, bounds: undefined };
  const whole = evidence.get(owner);
  if (!whole || !integer.codes.has(name)) return new Map([[8, chooseQuantizer(own, 8, bounds, [], ranges)]]);
  const shared = sharedQuantizer(owner, whole, integer, evidence, ranges);
  return new Map([[8, { ...shared, mse: quantizerError(own.all, shared) }]]);
}

/** Gives tensors that live as codes the scales of {@link exactScales}. */
function moveScales(
  tensors: ReadonlyMap<string, TensorProfile>,
  integer: IntegerGraph,
  graph: Graph,
  evidence: ReadonlyMap<string, Evidence>,
): void {
  const chosen = [...tensors].flatMap(([name, { quantizers }]) => {
    const quantizer = quantizers.get(8);
    return quantizer ? [[name, quantizer] as const] : [];
  });
  const scales = exactScales(graph, integer, new Map(chosen));
  for (const [name, quantizer] of chosen) {
    const scale = scales.get(integer.codes.get(name)?.owner ?? '');
    const histogram = evidence.get(name)?.all;
    if (scale === undefined || !histogram) continue;
    const zeroPoint = Math.min(255, Math.round((quantizer.zeroPoint * quantizer.scale) / scale));
    const moved = { ...quantizer, scale, zeroPoint };
    tensors.get(name)?.quantizers.set(8, { ...moved, mse: quantizerError(histogram, moved) });
  }
}

function tensorProfile(
  name: string,
  graph: Graph,
  histogram: Histogram | undefined,
  found: Map<number, ActivationQuantizer>,
): TensorProfile {
  const { dtype, shape } = factOf(graph, name);
  return {
    name,
    dtype: dtype ?? 'float32',
    shape: (shape ?? []).map(Number),
    elements: elementsOf(graph, name),
    min: histogram?.min ?? 0,
    max: histogram?.max ?? 0,
    meanSquare: histogram ? roundSignificant(meanSquare(histogram), ERROR_BITS) : 0,
    quantizers: found,
    payload: new Map(),
  };
}
