import type { Inference } from '../inference/session.js';
import { type Histogram, meanSquare } from '../numerics/histogram.js';
import { type ActivationQuantizer, quantizerError, searchQuantizer } from '../numerics/range.js';
import { chooseQuantizer, type Evidence, type RangeMethod } from '../numerics/range-methods.js';
import { ERROR_BITS, roundSignificant } from '../numerics/round.js';
import { bitsOf } from '../onnx/element.js';
import { factOf } from '../onnx/extract.js';
import type { Graph, Layer } from '../onnx/graph.js';
import type { SampleSet } from '../samples/open.js';
import type { EdgeAbilities } from '../targets/abilities.js';
import { type IntegerGraph, integerGraph } from '../targets/integer.js';
import { progressBar } from '../util/progress.js';
import { activationHistograms } from './activations.js';
import { type PayloadTensor, payloadSizes } from './payload.js';
import type { TensorProfile } from './profile.js';
import { elementsOf } from './shapes.js';
import { exactScales } from './sums.js';

/** The tensors of a network that matter: what layers give, and what quantizers are made from. */
export interface TensorSelection {
  inputs: ReadonlySet<string>;
  /** Float32 tensors with a quantizer. */
  measured: string[];
  /** Tensors whose encoded size is wanted. */
  candidates: string[];
  all: string[];
}

/** Chooses the tensors to look at; `wanted` narrows those that may cross. */
export function selectTensors(
  graph: Graph,
  layers: readonly Layer[],
  integer: IntegerGraph,
  wanted?: ReadonlySet<string>,
): TensorSelection {
  const inputs = new Set(graph.inputs.map((input) => input.name));
  const made = [...new Set(layers.flatMap((layer) => layer.outputs))];
  const roots = [...integer.codes.values()].map((code) => code.root);
  const all = [...new Set([...inputs, ...made, ...roots])];
  const holdsSomething = (name: string) => elementsOf(graph, name) > 0;
  return {
    inputs,
    measured: all.filter((name) => factOf(graph, name).dtype === 'float32' && holdsSomething(name)),
    candidates: made.filter((name) => (wanted?.has(name) ?? true) && holdsSomething(name)),
    all,
  };
}

export interface TensorSources {
  graph: Graph;
  layers: readonly Layer[];
  target: EdgeAbilities;
  samples: SampleSet;
  bits: { activations: readonly number[]; wire: readonly number[] };
  /** How ranges may be found. */
  ranges: readonly RangeMethod[];
  progress: (text: string) => void;
}

/** Ranges, quantizers and encoded sizes of tensors, by running the float network over the samples. */
export async function profileTensors(
  inference: Inference,
  { inputs, measured, candidates, all }: TensorSelection,
  { graph, layers, target, samples, bits, ranges, progress }: TensorSources,
): Promise<{ tensors: Map<string, TensorProfile>; integer: IntegerGraph }> {
  const evidence = await activationHistograms(
    inference,
    samples,
    measured.map((name) => ({ name, elements: elementsOf(graph, name) })),
    inputs,
    (done, of) => progress(progressBar('ranges', done, of)),
  );
  const integer = settleIntegers(graph, layers, target, evidence, ranges);
  const widths = [...new Set([8, ...bits.activations, ...bits.wire])].filter((width) => width <= 8);
  const tensors = new Map(
    all.map((name) => [name, tensorProfile(name, graph, evidence.get(name)?.all, quantizers(name, integer, evidence, widths, ranges))]),
  );
  moveScales(tensors, integer, graph, evidence);
  const sizes = await payloadSizes(
    inference,
    samples,
    candidates.flatMap((name) => payloadTensor(tensors.get(name), bits.wire)),
    (done, of) => progress(progressBar('encoded sizes', done, of)),
  );
  const sized = [...tensors].map(([name, tensor]): [string, TensorProfile] => [
    name,
    { ...tensor, payload: sizes.get(name) ?? tensor.payload },
  ]);
  return { tensors: new Map(sized), integer };
}

/** Error over mean square at which a shared quantizer is no good (25 dB), if an own one has at most a tenth of it. */
const POOR = 10 ** -2.5;

/**
 * Which nodes run on integers, now that values are known: where a slice of a tensor, another tensor that takes over its codes, or an input
 * of the Concat that makes it lives in so small a part of its range that one quantizer cannot serve both, the layer that makes the tensor
 * runs in float.
 */
function settleIntegers(
  graph: Graph,
  layers: readonly Layer[],
  target: EdgeAbilities,
  evidence: ReadonlyMap<string, Evidence>,
  ranges: readonly RangeMethod[],
): IntegerGraph {
  const apart = new Set<string>();
  for (;;) {
    const integer = integerGraph(graph, layers, target, apart);
    const before = apart.size;
    for (const [name, root] of [...[...integer.codes].map(([name, code]) => [name, code.root]), ...concatenated(graph, integer)]) {
      const [own, whole] = [evidence.get(name), evidence.get(root)];
      if (name === root || !own || !whole) continue;
      const shared = quantizerError(own.all, sharedQuantizer(root, whole, integer, evidence, ranges)) / meanSquare(own.all);
      if (shared > POOR && shared > (10 * searchQuantizer(own.all, 8).mse) / meanSquare(own.all)) apart.add(root);
    }
    if (apart.size === before) return integer;
  }
}

/** Each tensor that a Concat of codes reads, with the one that it makes. */
const concatenated = (graph: Graph, { roles, codes }: IntegerGraph): [string, string][] =>
  graph.nodes.flatMap((node, index) =>
    node.op === 'Concat' && roles[index] !== 'float' && codes.has(node.outputs[0])
      ? node.inputs.map((input): [string, string] => [input, node.outputs[0]])
      : [],
  );

/** The 8-bit quantizer of a root, chosen for all that share it. */
function sharedQuantizer(
  root: string,
  whole: Evidence,
  integer: IntegerGraph,
  evidence: ReadonlyMap<string, Evidence>,
  ranges: readonly RangeMethod[],
): ActivationQuantizer {
  const sharers = [...integer.codes].flatMap(([other, code]) => (code.root === root && other !== root ? (evidence.get(other) ?? []) : []));
  return chooseQuantizer(whole, 8, integer.codes.get(root)?.bounds, sharers, ranges);
}

/**
 * Quantizers of a tensor by bits. At the 8 bits that a tensor has on the edge, codes that are only moved keep the quantizer of
 * their root, which is chosen for all that share it; on the wire each tensor has its own.
 */
function quantizers(
  name: string,
  integer: IntegerGraph,
  evidence: ReadonlyMap<string, Evidence>,
  widths: readonly number[],
  ranges: readonly RangeMethod[],
): Map<number, ActivationQuantizer> {
  const own = evidence.get(name);
  if (!own) return new Map();
  const { root, bounds } = integer.codes.get(name) ?? { root: name, bounds: undefined };
  const found = new Map(widths.map((width) => [width, chooseQuantizer(own, width, bounds, [], ranges)]));
  const whole = evidence.get(root);
  if (whole && integer.codes.has(name)) {
    const shared = sharedQuantizer(root, whole, integer, evidence, ranges);
    found.set(8, { ...shared, mse: quantizerError(own.all, shared) });
  }
  return found;
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
    const scale = scales.get(integer.codes.get(name)?.root ?? '');
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

function payloadTensor(tensor: TensorProfile | undefined, wireBits: readonly number[]): PayloadTensor[] {
  if (!tensor) return [];
  const { name, shape, elements, quantizers, dtype } = tensor;
  if (dtype === 'float32') return quantizers.size > 0 ? [{ name, shape, elements, quantizers, bits: wireBits }] : [];
  const plainBytes = (bitsOf(dtype) ?? 0) / 8;
  return plainBytes >= 1 ? [{ name, shape, elements, quantizers, bits: [], plainBytes }] : [];
}
