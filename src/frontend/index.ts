/**
 * Brings a model file into the form that every stage works on: shapes fixed, float32, optimised, types and shapes
 * inferred, opset raised, constants folded, fused into layers, and on request equalised across layers.
 */

import type { ResolvedConfig } from '../config/resolved.js';
import { filesOf } from '../onnx/files.js';
import type { Layer, Model } from '../onnx/graph.js';
import { readModel } from '../onnx/read.js';
import type { Progress } from '../progress/index.js';
import { type Cache, noCache } from '../util/cache.js';
import { AutosplitError } from '../util/error.js';
import { relativePath, sha256File } from '../util/files.js';
import { inOrder } from '../util/in-order.js';
import { cutAfter } from './cut.js';
import { equalise } from './equalise.js';
import { inferFacts } from './facts.js';
import { foldConstants } from './fold.js';
import { fuse } from './fuse.js';
import { normalise } from './normalise.js';
import { optimise } from './optimise.js';
import { quantizedNote } from './quantized.js';
import { undescribedNote } from './undescribed.js';
import { upgradeOpset } from './upgrade.js';

/** A model ready to be profiled: optimised, with the type and shape of every tensor, fused into layers. */
export interface LoadedModel {
  model: Model;
  layers: Layer[];
  /** For the plan document. */
  source: { path: string; sha256: string };
  /** Initializers that cross-layer equalisation changed. */
  equalised: ReadonlySet<string>;
  /** The model file and its external data. */
  files: string[];
  /** What a user should know of how the model is treated, a sentence each. */
  warnings: string[];
  /** What all of this was made from, by content. */
  key: { digests: string[]; inputs: Record<string, number[]>; equalize: boolean };
}

/** Reads the model of a config and brings it into the form that every later stage works on. */
export async function loadModel(
  config: Pick<ResolvedConfig, 'model' | 'root'> & { quantization?: Pick<ResolvedConfig['quantization'], 'equalize'> },
  workDir: string,
  progress: Progress,
  cache: Cache = noCache,
): Promise<LoadedModel> {
  const { path: file, inputs } = config.model;
  const stored = readModel(file);
  const files = filesOf(stored, file);
  const digests = await inOrder(files, sha256File);
  const equalize = config.quantization?.equalize ?? false;
  const key = { digests, inputs, equalize };
  const remember: Remember = (kind, compute) => cache.remember(kind, key, compute);
  const prepared = await prepareModel(stored, inputs, workDir, progress, remember);
  return {
    ...prepared,
    ...(equalize ? equalise(prepared.model) : { equalised: new Set<string>() }),
    warnings: [
      quantizedNote(stored.graph, prepared.model.graph) ?? [],
      undescribedNote(prepared.model.graph, prepared.layers) ?? [],
    ].flat(),
    source: { path: relativePath(config.root, file), sha256: digests[0] },
    files,
    key,
  };
}

/** Keeps what was computed of one model. */
type Remember = <T>(kind: 'optimised' | 'facts', compute: () => Promise<T>) => Promise<T>;

/** Optimises a model as it was read or made, with these shapes of its inputs, and fuses it into layers. */
export async function prepareModel(
  stored: Model,
  inputs: Readonly<Record<string, readonly number[]>>,
  workDir: string,
  progress: Progress,
  remember: Remember = (_, compute) => compute(),
): Promise<Pick<LoadedModel, 'model' | 'layers'>> {
  progress('optimising');
  const optimised = await optimise(normalise(stored, inputs), workDir, {
    remember: (compute) => remember('optimised', compute),
  });
  progress('reading shapes');
  const facts = await inferFacts(optimised, workDir, {}, { remember: (compute) => remember('facts', compute) });
  const model = await foldConstants(upgradeOpset(facts), workDir);
  const layers = fuse(model.graph);
  refuseUncomputed(model, layers);
  return { model, layers };
}

/** An output that is a constant, or an input handed through, belongs to neither side. */
function refuseUncomputed({ graph }: Model, layers: readonly Layer[]): void {
  const computed = new Set(layers.flatMap((layer) => layer.outputs));
  const lost = graph.outputs.find((output) => !computed.has(output.name));
  if (!lost) return;
  const isInput = graph.inputs.some((input) => input.name === lost.name);
  const reason = isInput ? 'one of its inputs, unchanged' : 'a constant: it does not depend on the inputs';
  throw new AutosplitError('MODEL_UNSUPPORTED', `output "${lost.name}" of the network is ${reason}`, {
    hint: 'leave this output out when you export the model',
  });
}

/** Tensors whose encoded size matters: those of a pinned cut, which is checked first; undefined where all do. */
export function pinnedTensors(
  { split }: ResolvedConfig,
  { model, layers }: LoadedModel,
): ReadonlySet<string> | undefined {
  if (split === 'auto') return undefined;
  if (typeof split === 'string') return new Set(model.graph.outputs.map((output) => output.name));
  cutAfter(model.graph, layers, split.after);
  return new Set(split.after);
}
