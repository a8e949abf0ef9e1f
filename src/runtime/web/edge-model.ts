import type * as Ort from 'onnxruntime-web';
import type { EdgeModel } from '../edge/session.js';
import { sessionModel, unloadable, wrongLength } from '../edge/session.js';
import type { SplitSpec } from '../spec.js';
import { download } from './download.js';
import type { ExecutionProvider, LoadOptions } from './options.js';
import { unpackApart } from './unpack.js';
import type { WorkerLike } from './worker.js';

/** Where the files of a bundle lie. */
export interface BundleFiles {
  model: URL;
  weights: URL;
  startWorker: () => WorkerLike;
}

/** Loads the edge model of a bundle with onnxruntime-web. Errors: EdgeError BUNDLE. */
export async function loadWebModel(
  edge: NonNullable<SplitSpec['edge']>,
  files: BundleFiles,
  options: LoadOptions,
): Promise<EdgeModel> {
  const { model, modelBytes = 0, weights } = edge;
  const { onProgress } = options;
  // Loads while the model is downloaded.
  const loading = loadRuntime(options.executionProviders);
  loading.catch(() => {});

  const total = modelBytes + weights.bytes;
  let loaded = 0;
  const count = (bytes: number) => {
    loaded += bytes;
    onProgress({ stage: 'download', loaded: Math.min(loaded, total), total });
  };
  onProgress({ stage: 'download', loaded, total });
  const [skeleton, packed] = await Promise.all([
    download(files.model, options.fetch, count),
    weights.parts.length === 0 ? new Uint8Array() : download(files.weights, options.fetch, count),
  ]);
  // Detects a server that answers with a page where a file is missing.
  if (skeleton.length !== modelBytes) throw wrongLength(files.model.href, skeleton.length, modelBytes);
  if (packed.length !== weights.bytes) throw wrongLength(files.weights.href, packed.length, weights.bytes);

  onProgress({ stage: 'unpack', loaded: 0, total: packed.length });
  const unpacked = await unpackApart(packed, weights.parts, files.startWorker);
  onProgress({ stage: 'unpack', loaded: packed.length, total: packed.length });

  onProgress({ stage: 'start', loaded: 0, total: 1 });
  const runtime = await loading;
  runtime.env.wasm.numThreads = options.threads;
  if (options.wasmPaths !== undefined) runtime.env.wasm.wasmPaths = options.wasmPaths;
  const session = await runtime.InferenceSession.create(skeleton, {
    executionProviders: [...options.executionProviders],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    ...(weights.parts.length > 0 && { externalData: [{ path: weights.file, data: unpacked }] }),
  }).catch((cause: unknown) => {
    throw unloadable(model, cause);
  });
  onProgress({ stage: 'start', loaded: 1, total: 1 });
  return sessionModel(session, runtime.Tensor);
}

/** The build with WebGPU is twice as large, and loaded only on request. */
const loadRuntime = (providers: readonly ExecutionProvider[]): Promise<typeof Ort> =>
  providers.includes('webgpu') ? import('onnxruntime-web/webgpu') : import('onnxruntime-web/wasm');
