import type { InputEncoding } from '../config/resolved.js';
import { openModel } from '../inference/session.js';
import { RANGE_METHODS, type RangeMethod } from '../numerics/range-methods.js';
import type { Layer, Model } from '../onnx/graph.js';
import { innerTensors, type OutputFact } from '../outputs/fact.js';
import type { SampleSet } from '../samples/open.js';
import type { EdgeAbilities } from '../targets/abilities.js';
import { integerGraph } from '../targets/integer.js';
import { progressBar } from '../util/progress.js';
import { inputProfiles } from './inputs.js';
import { layerProfile } from './layers.js';
import type { LayerProfile, Profile } from './profile.js';
import { measureSensitivity } from './sensitivity.js';
import { profileTensors, selectTensors } from './tensors.js';

export interface ProfileOptions {
  model: Model;
  layers: readonly Layer[];
  /** What the edge runs on decides what runs on integers. */
  target: EdgeAbilities;
  samples: SampleSet;
  bits: { weights: readonly number[]; activations: readonly number[]; wire: readonly number[] };
  /** How cloud-only would send the input. */
  inputEncoding: InputEncoding;
  /** Tensors whose encoded size is measured; all that layers give, where absent. */
  candidates?: ReadonlySet<string>;
  /** How ranges of activations may be found. @default all ways */
  ranges?: readonly RangeMethod[];
  /** How the outputs are compared where the sensitivity of the network to each layer and tensor is wanted. */
  sensitivity?: readonly OutputFact[];
  /** Multiply-adds that may be spent on it. @default 1e12 */
  sensitivityMacs?: number;
  /** A folder for temporary files. */
  workDir: string;
  threads?: number;
  /** Told in words how far it is. */
  progress?: (text: string) => void;
}

/** Measures a network over the samples: shapes, MACs, ranges, error tables and encoded sizes. */
export async function profileNetwork(options: ProfileOptions): Promise<Profile> {
  const { model, layers, target, samples, bits, ranges = RANGE_METHODS, progress = () => {} } = options;
  const { graph } = model;
  const selection = selectTensors(graph, layers, integerGraph(graph, layers, target), options.candidates);
  const inner = innerTensors(options.sensitivity ?? []);
  const outputs = [...selection.measured, ...selection.candidates, ...inner].filter((name) => !selection.inputs.has(name));
  const inference = await openModel(model, options.workDir, 'profile', { outputs: [...new Set(outputs)], threads: options.threads });
  const { tensors, integer, inputs } = await measure().finally(() => inference.close());

  async function measure() {
    const measured = await profileTensors(inference, selection, { graph, layers, target, samples, bits, ranges, progress });
    const inputs = await inputProfiles({
      inputs: graph.inputs,
      samples,
      encoding: options.inputEncoding,
      tensors: measured.tensors,
      wireBits: bits.wire,
      inference,
      outputs: graph.outputs.map(({ name }) => name),
      ...(options.sensitivity && { compared: options.sensitivity }),
      onProgress: (done, of) => progress(progressBar('input encodings', done, of)),
    });
    return { ...measured, inputs };
  }

  // The session and its copy of the weights are gone before weights are read here.
  const profiled: LayerProfile[] = [];
  for (const [index, layer] of layers.entries()) {
    profiled.push(layerProfile(layer, graph, integer, bits.weights));
    progress(progressBar('weights', index + 1, layers.length));
  }
  const profile = { samples: samples.count, tensors, layers: profiled, inputs, integer };
  return options.sensitivity ? withSensitivity(profile, options.sensitivity, options) : profile;
}

async function withSensitivity(profile: Profile, outputs: readonly OutputFact[], options: ProfileOptions): Promise<Profile> {
  const { integer, tensors, layers: profiles } = profile;
  const found = await measureSensitivity({
    ...options,
    profiles,
    integer,
    tensors,
    outputs,
    weightBits: options.bits.weights,
    mostMacs: options.sensitivityMacs ?? 1e12,
  });
  if (!found) return profile;
  const layers = profiles.map((layer, index) => ({ ...layer, outputErrors: found.weights.get(index) }));
  const measured = [...tensors].map(([name, tensor]) => [name, { ...tensor, outputErrors: found.tensors.get(name) }] as const);
  return { ...profile, layers, tensors: new Map(measured), sensitivity: outputs };
}
