import { type Inference, openModel, openWebModel, type TensorValue } from '../inference/session.js';
import type { QuantizedSplit } from '../quantize/index.js';
import { decodeTensorBytes, encodeTensorBytes } from '../runtime/codecs/coding.js';
import { codecOf } from '../runtime/codecs/index.js';
import type { PortType, WireTensor } from '../runtime/spec.js';
import { arrayOf, type TensorData } from '../runtime/types.js';
import { makePayload } from '../runtime/wire/payload.js';
import type { Payload } from '../runtime/wire/wire.js';

/** Both sides of a split in this process, connected by the codes of the wire. */
export interface LoadedSplit {
  /** `wire`: the codes that the cloud model gets, after lossy codecs. */
  run(feeds: Readonly<Record<string, TensorValue>>): Promise<{ wire: Payload; outputs: Record<string, TensorValue> }>;
  close(): Promise<void>;
}

/**
 * Loads a split from files in `workDir`. Generated bundles must reproduce its results.
 * @param kernels for float operators of the edge side; integer kernels give the same codes everywhere
 */
export async function openSplit(
  split: QuantizedSplit,
  workDir: string,
  threads?: number,
  kernels: 'native' | 'wasm' = 'native',
): Promise<LoadedSplit> {
  const options = threads === undefined ? {} : { threads };
  const edge: Inference | undefined =
    split.edge &&
    (await (kernels === 'wasm'
      ? openWebModel(split.edge.model)
      : openModel(split.edge.model, workDir, 'edge', options)));
  const cloud: Inference | undefined =
    split.cloud && (await openModel(split.cloud.model, workDir, 'cloud', { ...options, quantizers: 'asWritten' }));
  return {
    async run(feeds) {
      const made = edge ? await edge.run(feeds) : {};
      const inputs = new Map(Object.entries(feeds).map(([name, { data }]) => [name, data as TensorData]));
      const data = Object.fromEntries(Object.entries(made).map(([name, value]) => [name, value.data as TensorData]));
      const wire = await arrived(split.wire, makePayload(split, inputs, data));
      const received = cloud ? await cloud.run(cloudFeeds(split.wire, wire)) : {};
      const outputs = Object.fromEntries(split.outputs.map(({ name }) => [name, made[name] ?? received[name]]));
      return { wire, outputs };
    },
    async close() {
      await edge?.close();
      await cloud?.close();
    },
  };
}

async function arrived(wire: readonly WireTensor[], payload: Payload): Promise<Payload> {
  const codes = wire.map(async (tensor): Promise<[string, Uint8Array]> => {
    const bytes = payload[tensor.name];
    if (!codecOf(tensor.encoding).form.isLossy) return [tensor.name, bytes];
    return [tensor.name, await decodeTensorBytes(tensor, await encodeTensorBytes(tensor, bytes))];
  });
  return Object.fromEntries(await Promise.all(codes));
}

const cloudFeeds = (wire: readonly WireTensor[], payload: Payload): Record<string, TensorValue> =>
  Object.fromEntries(
    wire.map(({ name, bits, shape, scale, packedBytes, dtype }) => {
      const bytes = payload[name];
      if (scale && bits <= 8) return [name, { dtype: 'uint8', shape: [packedBytes], data: bytes }];
      return [name, plain(scale ? 'uint16' : dtype, shape, bytes)];
    }),
  );

const plain = (dtype: PortType, shape: number[], bytes: Uint8Array): TensorValue => ({
  dtype,
  shape,
  data: arrayOf(dtype, bytes),
});
