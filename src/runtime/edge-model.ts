import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { EdgeError } from './errors.js';
import { loadRuntime, type Runtime } from './onnxruntime.js';
import { exactSession } from './saturation.js';
import type { PortType, SplitSpec } from './spec.js';
import { arrayOf, bytesOf, isArrayOf, type TensorData } from './types.js';
import { unpackWeights } from './weights.js';

/** A loaded edge model. */
export interface EdgeModel {
  run(feeds: Record<string, { dtype: PortType; shape: readonly number[]; data: TensorData }>): Promise<Record<string, TensorData>>;
  close(): Promise<void>;
}

/**
 * Loads the edge model of a bundle with onnxruntime-node; undefined where the edge computes nothing.
 * @param folder URL of the bundle's edge folder, ending in `/`
 * @param threads threads within one operator
 */
export async function loadEdgeModel(spec: SplitSpec, folder: URL, threads: number): Promise<EdgeModel | undefined> {
  if (spec.edge === undefined) return undefined;
  const { model, weights } = spec.edge;
  const packed = weights.parts.length === 0 ? undefined : await readPart(new URL(weights.file, folder));
  if (packed !== undefined && packed.length !== weights.bytes) {
    throw new EdgeError('BUNDLE', `${weights.file} has ${packed.length} bytes, ${weights.bytes} belong there`);
  }
  const runtime = await loadRuntime();
  const { InferenceSession, Tensor } = runtime;
  const session = await InferenceSession.create(fileURLToPath(new URL(model, folder)), {
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    extra: { session: await exactSession(runtime) },
    ...(packed === undefined ? {} : { externalData: [{ path: weights.file, data: unpackWeights(packed, weights.parts) }] }),
  }).catch((cause: unknown) => {
    throw new EdgeError('BUNDLE', `onnxruntime cannot load ${model}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  });
  return {
    async run(feeds) {
      const tensors = Object.entries(feeds).map(
        ([name, { dtype, shape, data }]) => [name, makeTensor(Tensor, dtype, data, shape)] as const,
      );
      const results = await session.run(Object.fromEntries(tensors));
      return Object.fromEntries(Object.entries(results).map(([name, { type, data }]) => [name, plainData(type, data)]));
    },
    close: () => session.release(),
  };
}

function makeTensor(Tensor: Runtime['Tensor'], dtype: PortType, data: TensorData, shape: readonly number[]) {
  // onnxruntime wants exactly the class it lists; bytes are the same.
  const exact = data instanceof Uint8ClampedArray ? new Uint8Array(data.buffer, data.byteOffset, data.length) : data;
  return new Tensor(dtype, exact as Float32Array, shape);
}

/** Data as {@link TensorData}: where the platform has Float16Array, onnxruntime gives that instead of bit patterns. */
function plainData(type: string, data: unknown): TensorData {
  if (type === 'float16' && ArrayBuffer.isView(data)) return arrayOf('float16', bytesOf(data));
  if (isArrayOf(type as PortType, data)) return data;
  throw new EdgeError('BUNDLE', `the edge model gives a tensor of type ${type}`);
}

async function readPart(url: URL): Promise<Uint8Array> {
  return readFile(url).catch((cause: unknown) => {
    throw new EdgeError('BUNDLE', `cannot read ${fileURLToPath(url)}`, { cause });
  });
}
