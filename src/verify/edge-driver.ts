/**
 * Runs a generated edge half on samples in a process of its own: `node verify-edge-driver.mjs JOB RESULT`, both files in the
 * format of node:v8. What it reports as sent is read back from the bodies that the edge half really posted.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { inflateBody } from '../runtime/inflate.js';
import { decodeRequest, HEADER_LENGTH } from '../runtime/oip.js';
import type { SplitSpec } from '../runtime/spec.js';
import { arrayOf, bytesOf, type TensorData } from '../runtime/types.js';
import { decodeWire, type Payload } from '../runtime/wire.js';
import { fileResponse, offerCanvas } from './browser.js';
import type { DriverJob, DriverResult, Sample } from './job.js';

interface EdgeModule {
  createEdge(options: { cloud?: string; timeoutSeconds: number; fetch: typeof fetch }): Promise<{
    infer(inputs: Record<string, TensorData>): Promise<{ outputs: Record<string, TensorData> }>;
    close(): Promise<void>;
  }>;
}

const [jobFile, resultFile] = process.argv.slice(2);
try {
  const job = deserialize(await readFile(jobFile)) as DriverJob;
  await writeFile(resultFile, serialize(await runJob(job)));
} catch (error) {
  // The message alone: it ends up in that of the failed verification.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function runJob({ edgeModule, cloud, spec, samples, timeoutSeconds }: DriverJob): Promise<DriverResult> {
  const { createEdge } = (await import(pathToFileURL(edgeModule).href)) as EdgeModule;
  offerCanvas();
  let sent: Payload = {};
  const capture: typeof fetch = async (url, init) => {
    if (url instanceof URL && url.protocol === 'file:') return fileResponse(url);
    sent = await readBack(spec, init);
    return fetch(url, init);
  };
  const edge = await createEdge({ timeoutSeconds, fetch: capture, ...(cloud === undefined ? {} : { cloud }) });
  const result: DriverResult = [];
  for (const sample of samples) {
    sent = {};
    const { outputs } = await edge.infer(asInputs(sample));
    result.push({
      wire: sent,
      outputs: Object.fromEntries(spec.outputs.map((port) => [port.name, { ...port, bytes: bytesOf(outputs[port.name]) }])),
    });
  }
  await edge.close();
  return result;
}

async function readBack(spec: SplitSpec, init: RequestInit | undefined): Promise<Payload> {
  const headers = new Headers(init?.headers);
  const body = await inflateBody(init?.body as Uint8Array, headers.get('content-encoding') ?? undefined, 2 ** 31);
  return decodeWire(spec, decodeRequest(body, headers.get(HEADER_LENGTH) ?? undefined));
}

function asInputs(sample: Sample): Record<string, TensorData> {
  return Object.fromEntries(Object.entries(sample).map(([name, { dtype, bytes }]) => [name, arrayOf(dtype, bytes)]));
}
