import type { InputEncoding } from '../config/resolved.js';
import type { Inference } from '../inference/session.js';
import { openModel } from '../inference/session.js';
import { meanSquare } from '../numerics/histogram.js';
import { type ActivationQuantizer, searchQuantizer } from '../numerics/range.js';
import { ERROR_BITS, roundSignificant } from '../numerics/round.js';
import { searchWeightQuantizer, weightError } from '../numerics/weights.js';
import { bitsOf } from '../onnx/element.js';
import type { Graph, Layer, Model } from '../onnx/graph.js';
import type { SampleSet } from '../samples/open.js';
import type { IntegerGraph } from '../targets/integer.js';
import { readWeights } from '../targets/weighted.js';
import { activationHistograms } from './activations.js';
import { inputProfiles } from './inputs.js';
import { type PayloadTensor, payloadSizes } from './payload.js';
import type { LayerProfile, Profile, TensorProfile } from './profile.js';
import { elementsOf, layerShape } from './shapes.js';

export interface ProfileOptions {
  model: Model;
  layers: readonly Layer[];
  integer: IntegerGraph;
  samples: SampleSet;
  bits: { weights: readonly number[]; activations: readonly number[]; wire: readonly number[] };
  /** How cloud-only would send the input. */
  inputEncoding: InputEncoding;
  /** Tensors whose encoded size is measured; all that layers give, where absent. */
  candidates?: ReadonlySet<string>;
  /** A folder for temporary files. */
  workDir: string;
  threads?: number;
  /** Told in words how far it is. */
  progress?: (text: string) => void;
}

/** Measures a network over the samples: shapes, MACs, ranges, error tables and encoded sizes. */
export async function profileNetwork(options: ProfileOptions): Promise<Profile> {
  const { model, layers, integer, samples } = options;
  const { graph } = model;
  const progress = options.progress ?? (() => {});
  const inputs = new Set(graph.inputs.map((input) => input.name));
  const made = [...new Set(layers.flatMap((layer) => layer.outputs))];
  const roots = new Set([...integer.codes.values()].map((code) => code.root));
  const isFloat = (name: string) => (graph.values.get(name) ?? graph.inputs.find((input) => input.name === name))?.dtype === 'float32';
  const measured = [...new Set([...made, ...roots])].filter((name) => isFloat(name) && elementsOf(graph, name) > 0);
  const candidates = made.filter((name) => (options.candidates?.has(name) ?? true) && elementsOf(graph, name) > 0);

  const wanted = [...new Set([...measured, ...candidates])].filter((name) => !inputs.has(name));
  const inference: Inference = await openModel(model, options.workDir, 'profile', {
    outputs: wanted,
    ...(options.threads !== undefined && { threads: options.threads }),
  });
  try {
    const histograms = await activationHistograms(
      inference,
      samples,
      measured.map((name) => ({ name, elements: elementsOf(graph, name) })),
      inputs,
      (done, of) => progress(`ranges ${done}/${of}`),
    );
    const bits = [...new Set([8, ...options.bits.activations, ...options.bits.wire])].filter((width) => width <= 8);
    const tensors = new Map<string, TensorProfile>();
    for (const name of [...inputs, ...made, ...roots]) {
      if (tensors.has(name)) continue;
      const fact = graph.values.get(name) ?? graph.inputs.find((input) => input.name === name);
      const histogram = histograms.get(name);
      const bounds = integer.codes.get(name)?.bounds;
      const quantizers = new Map<number, ActivationQuantizer>();
      if (histogram) for (const width of bits) quantizers.set(width, searchQuantizer(histogram, width, bounds));
      tensors.set(name, {
        name,
        dtype: fact?.dtype ?? 'float32',
        shape: (fact?.shape ?? []).map(Number),
        elements: elementsOf(graph, name),
        min: histogram?.min ?? 0,
        max: histogram?.max ?? 0,
        meanSquare: histogram ? roundSignificant(meanSquare(histogram), ERROR_BITS) : 0,
        quantizers,
        payload: new Map(),
      });
    }
    shareQuantizers(tensors, integer);
    const sizes = await payloadSizes(
      inference,
      samples,
      candidates.flatMap((name) => payloadTensor(tensors.get(name), options.bits.wire)),
      (done, of) => progress(`encoded sizes ${done}/${of}`),
    );
    for (const [name, payload] of sizes) {
      const tensor = tensors.get(name);
      if (tensor) tensors.set(name, { ...tensor, payload });
    }
    const profiled: LayerProfile[] = [];
    for (const [index, layer] of layers.entries()) {
      profiled.push(layerProfile(layer, graph, integer, options.bits.weights));
      progress(`weights ${index + 1}/${layers.length}`);
    }
    const encodings = await inputProfiles(graph.inputs, samples, options.inputEncoding);
    return { samples: samples.count, tensors, layers: profiled, inputs: encodings };
  } finally {
    await inference.close();
  }
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

function layerProfile(layer: Layer, graph: Graph, integer: IntegerGraph, bits: readonly number[]): LayerProfile {
  const shape = layerShape(layer, graph);
  const weighted = layer.nodes.map((index) => graph.nodes[index]).find((_, i) => integer.roles[layer.nodes[i]] === 'weighted');
  const main = layer.nodes.find((index) => integer.roles[index] !== 'range') ?? layer.nodes[0];
  const profile: LayerProfile = {
    name: layer.name,
    shape,
    integer: integer.roles[main] !== 'float' || weighted !== undefined,
    weightElements: 0,
    weightChannels: 0,
    biasElements: 0,
    plainBytes: 0,
    weightErrors: new Map(),
    weightMeanSquare: 0,
  };
  const taken = new Set<string>();
  if (weighted) {
    const { view, bias } = readWeights(weighted, graph);
    for (const input of weighted.inputs.slice(1)) taken.add(input);
    profile.weightElements = view.values.length;
    profile.weightChannels = view.channels;
    profile.biasElements = bias?.length ?? 0;
    profile.weightMeanSquare = view.values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, view.values.length);
    for (const width of bits)
      profile.weightErrors.set(width, roundSignificant(weightError(view, searchWeightQuantizer(view, width)), ERROR_BITS));
  }
  for (const name of layer.initializers) {
    const initializer = graph.initializers.get(name);
    if (initializer && !taken.has(name)) profile.plainBytes += (elementsOf(graph, name) * (bitsOf(initializer.dtype) ?? 32)) / 8;
  }
  return profile;
}
