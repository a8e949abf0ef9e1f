/** A plan becomes two ONNX graphs: QDQ for the edge, and one that unpacks what crosses for the cloud. */

import type { Profile } from '../calibrate/profile.js';
import { codeMap } from '../numerics/code-map.js';
import { packedLength } from '../numerics/pack.js';
import type { ActivationQuantizer } from '../numerics/range.js';
import { bitsOf } from '../onnx/element.js';
import type { Fact, Layer, Model } from '../onnx/graph.js';
import { type IntegerWeights, quantizeWeighted } from '../ptq/weights.js';
import type { Port, PortType, WireTensor } from '../runtime/spec.js';
import { elementCount } from '../runtime/types.js';
import { cloudGraph } from './cloud-graph.js';
import type { SplitDecision } from './decision.js';
import { edgeGraph, type QuantizedWeights } from './edge-graph.js';

/** Both sides of a model, quantized: what evaluate/ runs and bundle/ writes. */
export interface QuantizedSplit {
  decision: SplitDecision;
  inputs: Port[];
  outputs: Port[];
  wire: WireTensor[];
  edge?: { model: Model; inputs: string[]; outputs: string[]; weights: QuantizedWeights[] };
  cloud?: { model: Model; outputs: string[] };
}

export interface QuantizeSources {
  model: Model;
  layers: readonly Layer[];
  profile: Profile;
  /** Weights by node of the graph that are better than those rounded to nearest; see refine.ts. */
  weights?: ReadonlyMap<number, IntegerWeights>;
}

/** Turns a decision into two ONNX graphs and the description of what passes between them. */
export function quantizeSplit(
  decision: SplitDecision,
  { model, layers, profile, weights }: QuantizeSources,
): QuantizedSplit {
  const { graph } = model;
  const { edge } = decision;
  const inputNames = new Set(graph.inputs.map((input) => input.name));
  const onEdge =
    edge.size === 0
      ? undefined
      : edgeGraph({
          model,
          layers,
          edge,
          integer: profile.integer,
          weights: (node, layer, source, inputScale) =>
            weights?.get(node) ?? quantizeWeighted(source.read(), decision.weightBits[layer], inputScale),
          quantizer: edgeQuantizer(profile),
          crossing: decision.wire.map(({ tensor }) => tensor).filter((name) => !inputNames.has(name)),
        });
  const wire = decision.wire.map((sent) => {
    const fact = factOf(sent.tensor, model, profile);
    return inputNames.has(sent.tensor)
      ? inputWire(fact, sent, profile)
      : outputWire(fact, sent, onEdge?.crossingOutputs.get(sent.tensor) ?? sent.tensor, profile);
  });
  const edgeOutputs = onEdge?.outputs ?? [];
  const cloudOutputs = graph.outputs.map((output) => output.name).filter((name) => !edgeOutputs.includes(name));
  const cloudLayers = layers.length - edge.size;
  return {
    decision,
    inputs: graph.inputs.map((input) => portOf(input)),
    outputs: graph.outputs.map((output) => factOf(output.name, model, profile)),
    wire,
    ...(onEdge && {
      edge: { model: onEdge.model, inputs: onEdge.inputs, outputs: onEdge.outputs, weights: onEdge.weights },
    }),
    ...(cloudLayers > 0 && {
      cloud: { model: cloudGraph(model, layers, edge, wire, cloudOutputs), outputs: cloudOutputs },
    }),
  };
}

/** The 8-bit quantizer that an owner tensor has on the edge. */
export const edgeQuantizer = (profile: Profile) => (owner: string) =>
  profile.tensors.get(owner)?.quantizers.get(8) ?? { scale: 1, zeroPoint: 0 };

const portOf = (fact: Fact): Port => ({
  name: fact.name,
  dtype: fact.dtype as PortType,
  shape: (fact.shape ?? []).map(Number),
});

function factOf(name: string, { graph }: Model, profile: Profile): Port {
  const input = graph.inputs.find((candidate) => candidate.name === name);
  if (input) return portOf(input);
  const tensor = profile.tensors.get(name);
  return tensor
    ? { name, dtype: tensor.dtype as PortType, shape: tensor.shape }
    : portOf(graph.values.get(name) ?? { name, dtype: 'float32', shape: [] });
}

type Sent = SplitDecision['wire'][number];

/**
 * A tensor that the edge computes. Float tensors leave the edge as 8-bit codes; at other bits a table maps these to the
 * codes of the tensor's own quantizer.
 * @param name output of the edge model that carries it
 */
function outputWire(port: Port, { tensor, bits, encoding }: Sent, name: string, profile: Profile): WireTensor {
  const elements = elementCount(port.shape);
  if (port.dtype !== 'float32')
    return { ...port, bits, encoding, packedBytes: (elements * bits) / 8, source: { kind: 'output', name } };
  const owner = profile.integer.codes.get(tensor)?.owner ?? tensor;
  const eight = { bits: 8, ...edgeQuantizer(profile)(owner) };
  const own: Pick<ActivationQuantizer, 'bits' | 'scale' | 'zeroPoint'> =
    bits === 8 ? eight : (profile.tensors.get(tensor)?.quantizers.get(bits) ?? eight);
  return {
    ...port,
    bits,
    scale: [own.scale],
    zeroPoint: [own.zeroPoint],
    encoding,
    packedBytes: packedLength(elements, bits),
    source: { kind: 'output', name, ...(bits !== 8 && { codeMap: [...codeMap(eight, own)] }) },
  };
}

/**
 * A model input travels exactly as its samples are stored, in its own type, or at fewer bits like any crossing tensor.
 */
function inputWire(port: Port, { bits, encoding }: Sent, profile: Profile): WireTensor {
  const { native } = profile.inputs.get(port.name) ?? {};
  const base = {
    ...port,
    bits,
    encoding,
    packedBytes: packedLength(elementCount(port.shape), bits),
    source: { kind: 'input' as const },
  };
  if (native?.bits === bits)
    return {
      ...base,
      scale: native.scale,
      zeroPoint: native.zeroPoint,
      ...(native.axis !== undefined && { axis: native.axis }),
    };
  const own = port.dtype === 'float32' ? profile.tensors.get(port.name)?.quantizers.get(bits) : undefined;
  if (own) return { ...base, scale: [own.scale], zeroPoint: [own.zeroPoint] };
  return { ...base, bits: bitsOf(port.dtype) ?? 32 };
}
