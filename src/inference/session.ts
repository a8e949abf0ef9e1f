import path from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import type { ElementType, Model } from '../onnx/graph.js';
import { writeModel, writeModelFiles } from '../onnx/write.js';
import { loadRuntime, type Runtime } from '../runtime/onnxruntime.js';
import { AS_WRITTEN, exactSession } from '../runtime/saturation.js';
import { AutosplitError } from '../util/error.js';

/** An input or output of a session. */
export interface TensorValue {
  dtype: ElementType;
  shape: readonly number[];
  /** A typed array of the element type; `bool` as bytes, `float16` as bit patterns. */
  data: ArrayBufferView & { readonly length: number };
}

/** A loaded model. */
export interface Inference {
  inputs: readonly string[];
  outputs: readonly string[];
  /** Runs the model once; `fetches` defaults to all outputs. Feeds that the model has no input for are ignored. */
  run(feeds: Readonly<Record<string, TensorValue>>, fetches?: readonly string[]): Promise<Record<string, TensorValue>>;
  close(): Promise<void>;
}

export interface InferenceOptions {
  /** Threads per operator. Results do not depend on it. @default 1 */
  threads?: number;
  /**
   * `fused`: onnxruntime fuses QDQ pairs into integer kernels, as in edge sides. `asWritten`: it computes them
   * literally, as in the float model and in cloud sides. @default 'fused'
   */
  quantizers?: 'fused' | 'asWritten';
}

/** Options of sessions whose results equal those of a bundle. */
export const sessionOptions = async ({
  threads = 1,
  quantizers,
}: InferenceOptions = {}): Promise<InferenceSession.SessionOptions> => ({
  graphOptimizationLevel: 'all',
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
  extra: { session: { ...(await exactSession(await loadRuntime())), ...(quantizers === 'asWritten' && AS_WRITTEN) } },
});

/** Loads a model from a path or from bytes. @throws AutosplitError INFERENCE_FAILED with the message of onnxruntime */
export async function openInference(model: string | Uint8Array, options: InferenceOptions = {}): Promise<Inference> {
  const what = typeof model === 'string' ? path.basename(model) : 'the model';
  const runtime = await loadRuntime();
  const wanted = await sessionOptions(options);
  return asInference(runtime, what, () =>
    typeof model === 'string'
      ? runtime.InferenceSession.create(model, wanted)
      : runtime.InferenceSession.create(model, wanted),
  );
}

/**
 * Loads a model with the WebAssembly build of onnxruntime, in this process and on one thread. Its kernels are those of
 * browsers. @throws AutosplitError INFERENCE_FAILED with the message of onnxruntime
 */
export async function openWebModel(model: Model): Promise<Inference> {
  const runtime = await import('onnxruntime-web/wasm');
  runtime.env.wasm.numThreads = 1;
  const { skeleton } = writeModel(model, { externalize: false });
  return asInference(runtime, 'the model in WebAssembly', () =>
    runtime.InferenceSession.create(skeleton, { graphOptimizationLevel: 'all', logSeverityLevel: 3 }),
  );
}

async function asInference(
  { Tensor }: Pick<Runtime, 'Tensor'>,
  what: string,
  create: () => Promise<InferenceSession>,
): Promise<Inference> {
  const failed = (cause: unknown) =>
    new AutosplitError('INFERENCE_FAILED', `onnxruntime cannot run ${what}: ${firstLine(cause)}`, { cause });
  const session = await create().catch((cause: unknown) => {
    throw failed(cause);
  });
  return {
    inputs: session.inputNames,
    outputs: session.outputNames,
    async run(feeds, fetches) {
      const tensors = Object.fromEntries(
        session.inputNames.filter((name) => feeds[name]).map((name) => [name, toTensor(Tensor, feeds[name])]),
      );
      const results = await session
        .run(tensors, fetches ? [...fetches] : [...session.outputNames])
        .catch((cause: unknown) => {
          throw failed(cause);
        });
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [
          name,
          { dtype: tensor.type as ElementType, shape: tensor.dims, data: tensor.data as TensorValue['data'] },
        ]),
      );
    },
    close: () => session.release(),
  };
}

const toTensor = (MakeTensor: Runtime['Tensor'], { dtype, data, shape }: TensorValue) =>
  new MakeTensor(dtype as 'float32', data as unknown as Float32Array, shape);

const firstLine = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause)).split('\n')[0];

/** Writes a model to `folder` and loads it from there; `outputs` adds inner tensors to its outputs. */
export async function openModel(
  model: Model,
  folder: string,
  name: string,
  options: InferenceOptions & { outputs?: readonly string[] } = {},
): Promise<Inference> {
  const known = new Set(model.graph.outputs.map((output) => output.name));
  const extra = (options.outputs ?? []).filter((output) => !known.has(output));
  const facts = extra.map(
    (output) => model.graph.values.get(output) ?? { name: output, dtype: undefined, shape: undefined },
  );
  const widened: Model = { ...model, graph: { ...model.graph, outputs: [...model.graph.outputs, ...facts] } };
  const file = path.join(folder, `${name}.onnx`);
  await writeModelFiles(widened, file, { dataFile: `${name}.bin`, inPlace: true });
  return openInference(file, options);
}
