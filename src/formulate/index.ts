/** Calibration, costs and limits become a PlanningProblem; the only place where they meet. */

import { graphBytes, quantizerBytes } from '../calibrate/graph-bytes.js';
import type { InputProfile, LayerProfile, Profile, TensorProfile } from '../calibrate/profile.js';
import type { EncodedSizes } from '../calibrate/sizes.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { codecSeconds } from '../cost/codec.js';
import { cloudCost, edgeCost, inferenceCost } from '../cost/index.js';
import { dollarsPerByte, transferLink } from '../cost/link.js';
import { linkAt } from '../cost/percentile.js';
import { constantTensors } from '../frontend/fold.js';
import { onlyMoves } from '../frontend/moves.js';
import { packedLength } from '../numerics/pack.js';
import { bitsOf } from '../onnx/element.js';
import type { Graph, Layer } from '../onnx/graph.js';
import { runsInFloat } from '../ops/integer.js';
import type {
  EdgeOption,
  PlanningLayer,
  PlanningProblem,
  PlanningRates,
  PlanningTensor,
  WireOption,
} from '../planner/core/problem.js';
import { codecOf } from '../runtime/codecs/index.js';
import { type CloudCapabilities, type EdgeCapabilities, heldBits } from '../targets/capabilities.js';
import { isShared } from '../targets/index.js';
import { planningLimits } from './limits.js';
import { refuseUnstatedEnergy, unlisted } from './unstated.js';

/** Element types that can travel. A tensor of any other type keeps its maker and readers on one side. */
const TRAVELLING = new Set([
  'float32',
  'int64',
  'int32',
  'uint8',
  'int8',
  'bool',
  'float64',
  'uint16',
  'int16',
  'float16',
]);

export interface ProblemSources {
  config: ResolvedConfig;
  /** What both sides are able to do. */
  targets: { edge: EdgeCapabilities; cloud: CloudCapabilities };
  /** Bit-widths that device and target share. */
  bits: { weights: readonly number[]; activations: readonly number[] };
  graph: Graph;
  layers: readonly Layer[];
  profile: Profile;
}

/** Assembles the planning problem: the one place where profile, cost models and limits meet. */
export function planningProblem(sources: ProblemSources): PlanningProblem {
  const { config, graph, layers, profile } = sources;
  const names = [...new Set([...graph.inputs.map((input) => input.name), ...layers.flatMap((layer) => layer.outputs)])];
  const indexOf = new Map(names.map((name, index) => [name, index]));
  const producers = new Map(layers.flatMap((layer, index) => layer.outputs.map((output) => [output, index] as const)));
  const indices = (tensors: readonly string[]) => tensors.flatMap((name) => indexOf.get(name) ?? []);
  const outputs = new Set(graph.outputs.map((output) => output.name));
  const read = new Set(layers.flatMap((layer) => layer.inputs));
  const given = new Set(graph.inputs.map((input) => input.name));
  const first = layers.findIndex((layer) => layer.inputs.some((input) => given.has(input)));
  // Fixed overhead per inference, charged to the first edge layer and the last cloud layer.
  const edgeStart = (index: number) => (index === Math.max(0, first) ? inferenceCost(config.edge) : 0);
  const cloudStart = (index: number) => (index === layers.length - 1 ? inferenceCost(config.cloud) : 0);
  const planningLayers = layers.map((layer, index): PlanningLayer => {
    const layerProfile = profile.layers[index];
    const canStay = layer.nodes.every(
      (node) => profile.integer.roles[node] !== 'float' || runsInFloat(sources.targets.edge, graph.nodes[node]),
    );
    return {
      name: layer.name,
      inputs: indices(layer.inputs),
      outputs: indices(layer.outputs),
      placement: canStay ? 'either' : 'cloud',
      moves: onlyMoves(layer, graph),
      options: (canStay ? edgeOptions(layer, layerProfile, sources) : []).map((option) => ({
        ...option,
        seconds: option.seconds + edgeStart(index),
      })),
      cloudSeconds: cloudCost(config.cloud, layerProfile) + cloudStart(index),
    };
  });
  // Constants that could not be folded do not travel.
  const constants = constantTensors(graph);
  const tensors = names.map((name): PlanningTensor => {
    const tensor = profile.tensors.get(name);
    const input = profile.inputs.get(name);
    const elements = tensor?.elements ?? 0;
    const width = (tensor && bitsOf(tensor.dtype)) ?? 32;
    return {
      name,
      elements,
      producer: producers.get(name) ?? -1,
      isOutput: outputs.has(name),
      ...(input && { inputBits: profile.integer.codes.has(name) ? 8 : width }),
      wire: constants.has(name)
        ? []
        : input
          ? inputWire(input, elements, sources)
          : wireOf(tensor, read.has(name), sources),
      ...(outputs.has(name) && { downlinkBytes: (elements * width) / 8 }),
    };
  });
  refuseUnstatedEnergy(config, planningLayers);
  const link = linkAt(config.link);
  return {
    layers: planningLayers,
    tensors,
    link: transferLink(link),
    rates: ratesOf(config, dollarsPerByte(link)),
    objective: config.objective,
    deliver: config.deliver,
    limits: planningLimits(config),
    activationMemory: 'live',
    cuts: 'closed',
    ...pinned(config, indexOf),
  };
}

/** Rates that are not stated are left out: the planner counts them as 0, documents as unknown. */
function ratesOf({ edge, cloud }: ResolvedConfig, perByte: number): PlanningRates {
  return {
    ...(edge.preset.power && { idleWatts: edge.preset.power.idle }),
    ...(cloud.preset.price !== undefined && { cloudDollarsPerSecond: cloud.preset.price }),
    ...(perByte > 0 && { dollarsPerByteUp: perByte, dollarsPerByteDown: perByte }),
  };
}

function pinned({ split }: ResolvedConfig, indexOf: ReadonlyMap<string, number>): Pick<PlanningProblem, 'pinned'> {
  if (split === 'auto') return {};
  if (typeof split === 'string') return { pinned: { decision: split } };
  return { pinned: { crossing: split.after.flatMap((name) => indexOf.get(name) ?? []) } };
}

/**
 * The edge options of a layer. Time, energy and memory are for weights as the target holds them while it runs, disk for
 * packed weights; in float, both have 4 bytes per weight.
 */
function edgeOptions(layer: Layer, profile: LayerProfile, sources: ProblemSources): EdgeOption[] {
  const {
    config,
    bits,
    targets: {
      edge: { weights: held },
    },
    profile: { tensors, integer },
  } = sources;
  const inMemory = (bytes: number) => (held.in === 'ram' ? bytes : 0);
  const profiles = (names: readonly string[]) => names.flatMap((name) => tensors.get(name) ?? []);
  const activationError = (activationBits: number) =>
    profiles(layer.outputs)
      .filter((output) => integer.codes.has(output.name))
      .reduce((sum, output) => sum + tensorError(output, activationBits, config), 0);
  if (!profile.integer) {
    const planned = { weightBits: 32, activationBits: 32 };
    const cost = edgeCost(config.edge, profile, planned, { weights: 32, input: 32, output: 32, float: true });
    if (!cost) throw unlisted(config.edge, layer.name, [planned]);
    const stored = profile.plainBytes;
    return [
      {
        ...planned,
        ...cost,
        weightBytes: inMemory(stored),
        diskBytes: stored + graphBytes(profile),
        error: activationError(8),
      },
    ];
  }
  // A layer without weights has nothing to choose there.
  const weightBits = profile.weightElements > 0 ? bits.weights : [0];
  const choices = bits.activations.flatMap((activationBits) =>
    weightBits.map((width) => ({ weightBits: width, activationBits })),
  );
  const options = choices.flatMap((planned): EdgeOption[] => {
    const { weightBits: width, activationBits } = planned;
    const heldAt = width === 0 ? 8 : heldBits(held, width);
    const operands = { weights: heldAt, input: activationBits, output: activationBits };
    const cost = edgeCost(config.edge, profile, planned, operands);
    if (!cost) return [];
    const bytesAt = (weightWidth: number) => Math.ceil((profile.weightElements * weightWidth) / 8);
    const besides = 4 * (profile.weightChannels + profile.biasElements) + profile.plainBytes;
    const weightError = weighed(
      profile.weightErrors.get(width) ?? 0,
      profile.weightMeanSquare,
      profile.outputErrors?.get(width),
      config,
    );
    return [
      {
        ...planned,
        ...cost,
        weightBytes: inMemory(bytesAt(heldAt) + besides),
        diskBytes: bytesAt(width) + besides + quantizerBytes(profile) + graphBytes(profile),
        error: weightError + activationError(activationBits),
      },
    ];
  });
  if (options.length === 0) throw unlisted(config.edge, layer.name, choices);
  return options;
}

/**
 * `relative`: error over mean square, so that layers of all scales count alike; `mse`: the paper's sum; `output`: what
 * the outputs lose, and as `relative` where that could not be measured.
 */
function weighed(mse: number, meanSquare: number, output: number | undefined, { errorModel }: ResolvedConfig): number {
  if (errorModel === 'output' && output !== undefined) return output;
  return errorModel === 'mse' ? mse : meanSquare > 0 ? mse / meanSquare : 0;
}

const tensorError = ({ quantizers, meanSquare, outputErrors }: TensorProfile, bits: number, config: ResolvedConfig) =>
  weighed(quantizers.get(bits)?.mse ?? 0, meanSquare, outputErrors?.get(bits), config);

function wireOf(tensor: TensorProfile | undefined, isRead: boolean, sources: ProblemSources): WireOption[] {
  if (!tensor) return [];
  return isRead ? tensorWire(tensor, sources) : outputWire(tensor);
}

function tensorWire(tensor: TensorProfile, sources: ProblemSources): WireOption[] {
  const {
    config,
    profile: { integer },
  } = sources;
  if (!TRAVELLING.has(tensor.dtype)) return [];
  return [...tensor.payload].flatMap(([bits, sizes]): WireOption[] => {
    // Sending 8-bit codes as they are adds no error.
    const free = bits >= 8 && (tensor.dtype !== 'float32' || integer.codes.has(tensor.name));
    const error = free ? 0 : tensorError(tensor, bits, config);
    return wireOptions(bits, tensor.elements, sizes, sources, () => error);
  });
}

/** An option for each encoding that the targets share and that is smaller than the packed bytes. */
function wireOptions(
  bits: number,
  elements: number,
  sizes: EncodedSizes,
  { config, targets: { edge, cloud } }: ProblemSources,
  errorOf: (encoding: string) => number,
): WireOption[] {
  const packed = packedLength(elements, bits);
  const known = [...sizes].filter(
    ([encoding, { mean }]) =>
      codecOf(encoding).form.travels === 'plain' || (mean < packed && isShared(encoding, edge, cloud)),
  );
  return known.map(([encoding, { mean }]) => ({
    bits,
    encoding,
    bytes: mean,
    error: errorOf(encoding),
    ...(codecOf(encoding).form.isLossy && { loss: encoding }),
    ...codecSeconds(encoding, packed, config.edge.preset.coding),
  }));
}

/** An output that no layer reads travels unchanged, to be delivered. */
function outputWire({ elements, dtype }: TensorProfile): WireOption[] {
  const bits = bitsOf(dtype);
  return bits === undefined ? [] : [{ bits, encoding: 'raw', bytes: (elements * bits) / 8, error: 0 }];
}

/** The error of fewer bits and of lossy pictures is what the float model's outputs lose by them. */
function inputWire({ sizes, errors }: InputProfile, elements: number, sources: ProblemSources): WireOption[] {
  const { config, profile } = sources;
  const measured = config.errorModel === 'output' && !profile.sensitivity ? 'relative' : config.errorModel;
  return [...sizes].flatMap(([bits, encoded]) =>
    wireOptions(bits, elements, encoded, sources, (encoding) => {
      const error = errors.get(bits)?.get(encoding);
      return error?.[measured] ?? error?.relative ?? 0;
    }),
  );
}
