import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { calibrateModel } from '../calibrate/index.js';
import type { Profile } from '../calibrate/profile.js';
import { runIsolated } from '../inference/isolated.js';
import type { FeedEntry } from '../inference/tasks.js';
import type { Layer, Model } from '../onnx/graph.js';
import { readModel } from '../onnx/read.js';
import { writeModelFiles } from '../onnx/write.js';
import { quantizeSplit } from '../quantize/index.js';
import type { SampleSet } from '../samples/open.js';
import type { SampleTensor } from '../samples/types.js';
import type { EdgeCapabilities } from '../targets/capabilities.js';
import { layersOfKernels } from './attribute.js';
import { layersOfEdgeNodes, layersOfNodes, tagged } from './tagged.js';

/** How a model runs: in float, or as the quantized graph of an edge side. */
export type Form = 'float' | 'int8';

/** A model in one form, prepared for timing. */
export interface Subject {
  form: Form;
  file: string;
  feeds: { file: string; entries: FeedEntry[] };
  /** Layer of each kernel, by its name in the profiler's trace. */
  layerOf: ReadonlyMap<string, number>;
}

/** A model after frontend/: optimised, with known shapes, fused into layers. */
export interface MeasurableModel {
  model: Model;
  layers: readonly Layer[];
}

export interface SubjectOptions {
  name: string;
  loaded: MeasurableModel;
  target: EdgeCapabilities;
  samples: SampleSet;
  forms: readonly Form[];
  workDir: string;
  threads: number;
}

const BITS = { weights: [8], activations: [8], wire: [8] };

/** Prepares a model for timing: writes it in each form, and maps the kernels of onnxruntime to layers. */
export async function prepareSubjects(options: SubjectOptions): Promise<{ profile: Profile; subjects: Subject[] }> {
  const { name, loaded, target, samples, forms, workDir, threads } = options;
  const { model, layers } = loaded;
  const profile = await calibrateModel({
    ...loaded,
    target,
    samples,
    bits: BITS,
    inputEncoding: 'raw',
    // Nothing is sent.
    candidates: new Set(),
    workDir,
    threads,
  });
  const feeds = await writeFeeds(await samples.load(0), path.join(workDir, `${name}.feeds`));
  const subjects: Subject[] = [];
  for (const form of forms) {
    const graph = form === 'float' ? tagged(model, layersOfNodes(model, layers)) : quantized(loaded, profile);
    subjects.push(await prepare(graph, form, path.join(workDir, `${name}-${form}`), feeds));
  }
  return { profile, subjects };
}

/** The whole model as the edge side of an `edge-only` plan. */
function quantized({ model, layers }: MeasurableModel, profile: Profile): Model {
  const edge = new Set(layers.keys());
  const { edge: half } = quantizeSplit(
    { decision: 'edge-only', edge, weightBits: layers.map(() => 8), wire: [] },
    { model, layers, profile },
  );
  if (!half) throw new Error('an edge-only split has an edge side');
  return tagged(half.model, layersOfEdgeNodes(half.model, model, layers));
}

async function prepare(model: Model, form: Form, base: string, feeds: Subject['feeds']): Promise<Subject> {
  const file = `${base}.onnx`;
  const compiled = `${base}-compiled.onnx`;
  await writeModelFiles(model, file, { inPlace: true });
  await runIsolated(
    'compile',
    { model: file, output: compiled, dataFile: `${path.basename(base)}-compiled.bin` },
    { doing: 'optimising the model' },
  );
  return { form, file, feeds, layerOf: layersOfKernels(readModel(compiled).graph) };
}

/** Writes a sample to a file that worker.ts reads. */
export async function writeFeeds(
  sample: Readonly<Record<string, SampleTensor>>,
  file: string,
): Promise<Subject['feeds']> {
  const entries: FeedEntry[] = [];
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { dtype, shape, data }] of Object.entries(sample)) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    entries.push({ name, dtype, shape, offset, length: bytes.length });
    parts.push(bytes);
    offset += bytes.length;
  }
  await writeFile(file, Buffer.concat(parts));
  return { file, entries };
}
