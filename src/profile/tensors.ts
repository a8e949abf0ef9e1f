import type { Inference } from '../inference/session.js';
import { type Histogram, meanSquare } from '../numerics/histogram.js';
import { type ActivationQuantizer, searchQuantizer } from '../numerics/range.js';
import { ERROR_BITS, roundSignificant } from '../numerics/round.js';
import { bitsOf } from '../onnx/element.js';
import { factOf } from '../onnx/extract.js';
import type { Graph, Layer } from '../onnx/graph.js';
import type { SampleSet } from '../samples/open.js';
import type { IntegerGraph } from '../targets/integer.js';
import { activationHistograms } from './activations.js';
import { type PayloadTensor, payloadSizes } from './payload.js';
import type { TensorProfile } from './profile.js';
import { elementsOf } from './shapes.js';

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
  integer: IntegerGraph;
  samples: SampleSet;
  bits: { activations: readonly number[]; wire: readonly number[] };
  progress: (text: string) => void;
}

/** Ranges, quantizers and encoded sizes of tensors, by running the float network over the samples. */
export async function profileTensors(
  inference: Inference,
  { inputs, measured, candidates, all }: TensorSelection,
  { graph, integer, samples, bits, progress }: TensorSources,
): Promise<Map<string, TensorProfile>> {
  const histograms = await activationHistograms(
    inference,
    samples,
    measured.map((name) => ({ name, elements: elementsOf(graph, name) })),
    inputs,
    (done, of) => progress(`ranges ${done}/${of}`),
  );
  const widths = [...new Set([8, ...bits.activations, ...bits.wire])].filter((width) => width <= 8);
  const tensors = new Map(all.map((name) => [name, tensorProfile(name, graph, integer, histograms.get(name), widths)]));
  shareQuantizers(tensors, integer);
  const sizes = await payloadSizes(
    inference,
    samples,
    candidates.flatMap((name) => payloadTensor(tensors.get(name), bits.wire)),
    (done, of) => progress(`encoded sizes ${done}/${of}`),
  );
  return new Map([...tensors].map(([name, tensor]) => [name, { ...tensor, payload: sizes.get(name) ?? tensor.payload }]));
}

function tensorProfile(
  name: string,
  graph: Graph,
  integer: IntegerGraph,
  histogram: Histogram | undefined,
  widths: readonly number[],
): TensorProfile {
  const { dtype, shape } = factOf(graph, name);
  const quantizers = new Map<number, ActivationQuantizer>();
  if (histogram) for (const width of widths) quantizers.set(width, searchQuantizer(histogram, width, integer.codes.get(name)?.bounds));
  return {
    name,
    dtype: dtype ?? 'float32',
    shape: (shape ?? []).map(Number),
    elements: elementsOf(graph, name),
    min: histogram?.min ?? 0,
    max: histogram?.max ?? 0,
    meanSquare: histogram ? roundSignificant(meanSquare(histogram), ERROR_BITS) : 0,
    quantizers,
    payload: new Map(),
  };
}

/** Codes that are only moved keep the quantizer of their root at 8 bits; on the wire each tensor has its own. */
function shareQuantizers(tensors: Map<string, TensorProfile>, integer: IntegerGraph): void {
  for (const [name, { root }] of integer.codes) {
    const own = tensors.get(name);
    const shared = tensors.get(root)?.quantizers.get(8);
    if (root !== name && own && shared) tensors.set(name, { ...own, quantizers: new Map(own.quantizers).set(8, shared) });
  }
}

function payloadTensor(tensor: TensorProfile | undefined, wireBits: readonly number[]): PayloadTensor[] {
  if (!tensor) return [];
  const { name, elements, quantizers, dtype } = tensor;
  if (dtype === 'float32') return quantizers.size > 0 ? [{ name, elements, quantizers, bits: wireBits }] : [];
  const plainBytes = (bitsOf(dtype) ?? 0) / 8;
  return plainBytes >= 1 ? [{ name, elements, quantizers, bits: [], plainBytes }] : [];
}
