import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { EdgeError } from '../errors.js';
import type { PortType } from '../spec.js';
import { arrayOf, bytesOf, isArrayOf, type TensorData } from '../types.js';

/** A loaded edge model. */
export interface EdgeModel {
  run(
    feeds: Record<string, { dtype: PortType; shape: readonly number[]; data: TensorData }>,
  ): Promise<Record<string, TensorData>>;
  close(): Promise<void>;
}

/** Wraps a session of onnxruntime-node or onnxruntime-web. */
export function sessionModel(session: InferenceSession, makeTensor: typeof Tensor): EdgeModel {
  return {
    async run(feeds) {
      const tensors = Object.entries(feeds).map(
        ([name, { dtype, shape, data }]) => [name, tensorOf(makeTensor, dtype, data, shape)] as const,
      );
      const results = await session.run(Object.fromEntries(tensors));
      return Object.fromEntries(Object.entries(results).map(([name, { type, data }]) => [name, plainData(type, data)]));
    },
    close: () => session.release(),
  };
}

/** onnxruntime cannot load a model. */
export const unloadable = (model: string, cause: unknown) =>
  new EdgeError(
    'BUNDLE',
    `onnxruntime cannot load ${model}: ${cause instanceof Error ? cause.message : String(cause)}`,
    { cause },
  );

/** A file of the bundle has the wrong length. */
export const wrongLength = (file: string, found: number, expected: number) =>
  new EdgeError('BUNDLE', `${file} has ${found} bytes, ${expected} belong there`);

function tensorOf(MakeTensor: typeof Tensor, dtype: PortType, data: TensorData, shape: readonly number[]) {
  // onnxruntime accepts only the classes it lists; the bytes are the same.
  const exact = data instanceof Uint8ClampedArray ? new Uint8Array(data.buffer, data.byteOffset, data.length) : data;
  return new MakeTensor(dtype, exact as Float32Array, shape);
}

/** Data as {@link TensorData}: where the platform has Float16Array, onnxruntime gives that instead of bit patterns. */
function plainData(type: string, data: unknown): TensorData {
  if (type === 'float16' && ArrayBuffer.isView(data)) return arrayOf('float16', bytesOf(data));
  if (isArrayOf(type as PortType, data)) return data;
  throw new EdgeError('BUNDLE', `the edge model gives a tensor of type ${type}`);
}
