import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { EdgeError } from '../errors.js';
import { loadRuntime } from '../onnxruntime.js';
import { exactSession } from '../saturation.js';
import type { SplitSpec } from '../spec.js';
import { type EdgeModel, sessionModel, unloadable, wrongLength } from './session.js';
import { unpackWeights } from './weights.js';

/**
 * Loads the edge model of a bundle with onnxruntime-node; undefined where the edge computes nothing.
 * @param folder URL of the bundle's edge folder, ending in `/`
 * @param threads threads within one operator
 */
export async function loadEdgeModel(spec: SplitSpec, folder: URL, threads: number): Promise<EdgeModel | undefined> {
  if (spec.edge === undefined) return undefined;
  const { model, weights } = spec.edge;
  const packed = weights.parts.length === 0 ? undefined : await readPart(new URL(weights.file, folder));
  if (packed !== undefined && packed.length !== weights.bytes)
    throw wrongLength(weights.file, packed.length, weights.bytes);
  const runtime = await loadRuntime();
  const session = await runtime.InferenceSession.create(fileURLToPath(new URL(model, folder)), {
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    extra: { session: await exactSession(runtime) },
    ...(packed === undefined
      ? {}
      : { externalData: [{ path: weights.file, data: unpackWeights(packed, weights.parts) }] }),
  }).catch((cause: unknown) => {
    throw unloadable(model, cause);
  });
  return sessionModel(session, runtime.Tensor);
}

async function readPart(url: URL): Promise<Uint8Array> {
  return readFile(url).catch((cause: unknown) => {
    throw new EdgeError('BUNDLE', `cannot read ${fileURLToPath(url)}`, { cause });
  });
}
