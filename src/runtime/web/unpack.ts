import { unpackWeights } from '../edge/weights.js';
import { EdgeError } from '../errors.js';
import type { WeightPart } from '../spec.js';
import type { Unpacked, WorkerLike } from './worker.js';

/**
 * Unpacks weights in a worker; on the main thread where there are no workers, or where the page forbids this one.
 * Errors: EdgeError BUNDLE.
 */
export async function unpackApart(
  packed: Uint8Array,
  parts: readonly WeightPart[],
  startWorker: () => WorkerLike,
): Promise<Uint8Array> {
  const answer = 'Worker' in globalThis ? await ask(startWorker, { packed, parts }) : undefined;
  if (answer === undefined) return unpackWeights(packed, parts);
  if ('error' in answer) throw new EdgeError('BUNDLE', answer.error);
  return answer.unpacked;
}

/** The answer of a worker; undefined where it cannot be started. */
async function ask(startWorker: () => WorkerLike, question: unknown): Promise<Unpacked | undefined> {
  let worker: WorkerLike;
  try {
    worker = startWorker();
  } catch {
    return undefined;
  }
  const answer = await new Promise<Unpacked | undefined>((resolve) => {
    worker.onmessage = ({ data }) => resolve(data as Unpacked);
    worker.onerror = (event) => {
      event.preventDefault?.();
      resolve(undefined);
    };
    worker.postMessage(question);
  });
  worker.terminate();
  return answer;
}
