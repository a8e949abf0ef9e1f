import { fileURLToPath } from 'node:url';
import { loadRuntime } from '../onnxruntime.js';
import { AS_WRITTEN, exactSession } from '../saturation.js';
import type { PortType, SplitSpec } from '../spec.js';
import { arrayOf, bytesOf, DATATYPES, portTypeOf } from '../types.js';
import type { OipTensor } from '../wire/oip.js';
import { modelPort, type Payload } from '../wire/wire.js';

/** A loaded cloud model. */
export interface CloudModel {
  /** Computes the named outputs of a payload whose tensors have been checked. */
  run(payload: Payload, outputs: readonly string[]): Promise<OipTensor[]>;
  close(): Promise<void>;
}

/**
 * Loads the cloud model of a bundle with onnxruntime-node.
 * @param folder URL of the bundle's cloud folder, ending in `/`
 * @param threads threads within one operator; 0 leaves it to onnxruntime
 */
export async function loadCloudModel(spec: SplitSpec, folder: URL, threads: number): Promise<CloudModel> {
  if (spec.cloud === undefined)
    throw new Error('this split computes everything on the edge: there is nothing to serve');
  const runtime = await loadRuntime();
  const { InferenceSession, Tensor } = runtime;
  const session = await InferenceSession.create(fileURLToPath(new URL(spec.cloud.model, folder)), {
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    logSeverityLevel: 3,
    // Integer operators of a quantized model are exact, as on the edge; its quantizers are computed as written.
    extra: { session: { ...(await exactSession(runtime)), ...AS_WRITTEN } },
  });
  const ports = spec.wire.map((wire) => ({ wire: wire.name, ...modelPort(wire) }));
  checkNames(
    'input',
    session.inputNames,
    ports.map((port) => port.name),
  );
  checkNames('output', session.outputNames, spec.cloudOutputs);
  return {
    async run(payload, outputs) {
      const feeds = ports.map(({ wire, name, datatype, shape }) => {
        const dtype = portTypeOf(datatype) ?? 'uint8';
        return [name, new Tensor(dtype, arrayOf(dtype, payload[wire]) as Float32Array, shape)] as const;
      });
      const results = await session.run(Object.fromEntries(feeds), [...outputs]);
      return outputs.map((name) => {
        const { type, dims, data } = results[name];
        if (!ArrayBuffer.isView(data)) throw new Error(`output ${name} is of type ${type}`);
        return { name, datatype: DATATYPES[type as PortType], shape: [...dims], bytes: bytesOf(data) };
      });
    },
    close: () => session.release(),
  };
}

function checkNames(kind: string, found: readonly string[], expected: readonly string[]): void {
  const missing = expected.find((name) => !found.includes(name));
  if (missing !== undefined) throw new Error(`the cloud model has no ${kind} ${missing}; it has ${found.join(', ')}`);
}
