/**
 * Runs the float model over the samples and keeps what planning needs: shapes, multiply-adds, ranges, errors by bits,
 * encoded sizes. sensitivity/ measures what the outputs lose when one layer has few bits.
 */

import type { InputEncoding } from '../config/resolved.js';
import { lazyInference } from '../inference/lazy.js';
import { openModel } from '../inference/session.js';
import type { Layer, Model } from '../onnx/graph.js';
import { integerGraph } from '../ops/integer.js';
import { innerTensors, type OutputFact } from '../outputs/fact.js';
import { RANGE_METHODS, type RangeMethod } from '../ptq/range-methods.js';
import type { SampleSet } from '../samples/open.js';
import type { EdgeCapabilities } from '../targets/capabilities.js';
import { noCache } from '../util/cache.js';
import { type Progress, tellCount } from '../util/progress.js';
import { inputProfiles } from './inputs.js';
import { layerProfile } from './layers.js';
import {
  floatKey,
  keptWeights,
  type ProfileParts,
  rangedTensors,
  rangesKey,
  sizedTensors,
  type TensorParts,
} from './parts.js';
import type { InputProfile, Profile, TensorProfile } from './profile.js';
import { TELLING_BITS } from './sensitivity/effort.js';
import { measureSensitivity } from './sensitivity/index.js';
import { selectTensors } from './tensors.js';

const SENSITIVITY_MACS = 1e12;

export interface ProfileOptions {
  model: Model;
  layers: readonly Layer[];
  /** What the edge runs on decides what runs on integers. */
  target: EdgeCapabilities;
  samples: SampleSet;
  bits: { weights: readonly number[]; activations: readonly number[]; wire: readonly number[] };
  /** How cloud-only would send the input. */
  inputEncoding: InputEncoding;
  /** Tensors whose encoded size is measured; all that layers give, where absent. */
  candidates?: ReadonlySet<string>;
  /** How ranges of activations may be found. @default all ways */
  ranges?: readonly RangeMethod[];
  /** How the outputs are compared where the sensitivity of the model to each layer and tensor is wanted. */
  sensitivity?: readonly OutputFact[];
  /** Multiply-adds that may be spent on it. @default 1e12 */
  sensitivityMacs?: number;
  /** Keeps what was computed. @default nothing is kept */
  parts?: ProfileParts;
  /** A folder for temporary files. */
  workDir: string;
  threads?: number;
  /** Told in words how far it is. */
  progress?: Progress;
}

/** Measures a model over the samples: shapes, MACs, ranges, error tables and encoded sizes. */
export async function calibrateModel(options: ProfileOptions): Promise<Profile> {
  const {
    model,
    layers,
    target,
    samples,
    bits,
    ranges = RANGE_METHODS,
    parts = UNKEPT,
    progress = () => {},
    workDir,
    threads,
  } = options;
  const { graph } = model;
  const selection = selectTensors(graph, layers, integerGraph(graph, layers, target));
  const inner = innerTensors(options.sensitivity ?? []);
  const outputs = [...new Set([...selection.measured, ...selection.candidates, ...inner])].filter(
    (name) => !selection.inputs.has(name),
  );
  const asWritten = { quantizers: 'asWritten' as const, ...(threads !== undefined && { threads }) };
  const inference = lazyInference(() => openModel(model, workDir, 'profile', { ...asWritten, outputs }));
  // What outputs lose at the widths that are wanted may follow from what they lose at this one.
  const besides = options.sensitivity ? [TELLING_BITS] : [];
  const sources = { graph, layers, target, ranges, selection, outputs, inference, samples, parts, progress };
  const measure = async () => {
    const ranged = await rangedTensors(sources, [...bits.activations, ...bits.wire, ...besides]);
    const tensors = await sizedTensors(sources, ranged.tensors, bits.wire, options.candidates);
    return { tensors, integer: ranged.integer, inputs: await keptInputs(sources, { tensors }, options) };
  };
  // The session and its copy of the weights are gone before weights are read here.
  const { tensors, integer, inputs } = await measure().finally(() => inference.close());
  const weights = await keptWeights(sources, integer, [...new Set([...bits.weights, ...besides])]);
  const profiled = layers.map((layer, index) => layerProfile(layer, graph, integer, weights[index]));
  const profile = { samples: samples.count, tensors, layers: profiled, inputs, integer };
  return atBits(
    options.sensitivity ? await withSensitivity(profile, options.sensitivity, sources, options) : profile,
    bits,
  );
}

/** The profile at the widths that are wanted alone. */
function atBits(profile: Profile, { weights, activations, wire }: ProfileOptions['bits']): Profile {
  const only = <T>(values: ReadonlyMap<number, T>, widths: readonly number[]) =>
    new Map([...values].filter(([bits]) => widths.includes(bits)));
  const layers = profile.layers.map(({ outputErrors, ...layer }) => ({
    ...layer,
    weightErrors: only(layer.weightErrors, weights),
    ...(outputErrors && { outputErrors: only(outputErrors, weights) }),
  }));
  const ofTensors = [8, ...activations, ...wire];
  const tensors = [...profile.tensors].map(([name, { outputErrors, ...tensor }]): [string, TensorProfile] => [
    name,
    {
      ...tensor,
      quantizers: only(tensor.quantizers, ofTensors),
      ...(outputErrors && { outputErrors: only(outputErrors, ofTensors) }),
    },
  ]);
  return { ...profile, layers, tensors: new Map(tensors) };
}

const UNKEPT: ProfileParts = { cache: noCache, model: undefined, samples: undefined };

function keptInputs(
  sources: TensorParts,
  { tensors }: Pick<Profile, 'tensors'>,
  options: ProfileOptions,
): Promise<Map<string, InputProfile>> {
  const { samples, inference, parts, progress, graph } = sources;
  return inputProfiles({
    inputs: graph.inputs,
    samples,
    encoding: options.inputEncoding,
    tensors,
    wireBits: options.bits.wire,
    inference,
    ...(options.sensitivity && { compared: options.sensitivity }),
    outputs: graph.outputs.map(({ name }) => name),
    remember: (names, compute) => parts.cache.rememberEach('inputs', floatKey(sources), names, compute),
    onProgress: (done, of) => tellCount(progress, 'input encodings', done, of),
  });
}

async function withSensitivity(
  profile: Profile,
  outputs: readonly OutputFact[],
  sources: TensorParts,
  options: ProfileOptions,
): Promise<Profile> {
  const { integer, tensors, layers: profiles } = profile;
  const { cache } = sources.parts;
  const found = await measureSensitivity({
    ...options,
    profiles,
    integer,
    tensors,
    outputs,
    bits: {
      weights: options.bits.weights,
      tensors: [...new Set([8, ...options.bits.activations, ...options.bits.wire])].filter((bits) => bits <= 8),
    },
    mostMacs: options.sensitivityMacs ?? SENSITIVITY_MACS,
    remember: (effort, runs, compute) =>
      cache.rememberEach('sensitivity', { ...rangesKey(sources), outputs, effort }, runs, compute),
  });
  if (!found) return profile;
  const layers = profiles.map((layer, index) => ({ ...layer, outputErrors: found.weights.get(index) }));
  const measured = [...tensors].map(
    ([name, tensor]) => [name, { ...tensor, outputErrors: found.tensors.get(name) }] as const,
  );
  return { ...profile, layers, tensors: new Map(measured), sensitivity: outputs };
}
