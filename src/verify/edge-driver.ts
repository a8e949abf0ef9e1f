/**
 * Runs a generated edge side on samples in a process of its own: `node verify-edge-driver.mjs JOB RESULT`, both files
 * in the format of node:v8. The codes that it reports are decoded from the requests that the edge side has sent.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { inflateBody } from '../runtime/codecs/deflate/inflate.js';
import type { EdgeOptions } from '../runtime/edge/api.js';
import { postInfer } from '../runtime/edge/client.js';
import { checkOptions, readAnswer } from '../runtime/edge/edge.js';
import type { SplitSpec } from '../runtime/spec.js';
import { arrayOf, bytesOf, type TensorData } from '../runtime/types.js';
import { decodeRequest, HEADER_LENGTH } from '../runtime/wire/oip.js';
import { decodeWire, encodeWire, type Payload } from '../runtime/wire/wire.js';
import { fileResponse, offerCanvas } from './browser.js';
import type { Answer, DriverJob, DriverResult, Sample } from './job.js';

interface Edge {
  infer(inputs: Record<string, TensorData>): Promise<{ outputs: Record<string, TensorData> }>;
  close(): Promise<void>;
}

interface EdgeModule {
  createEdge(options: { cloud?: string; threads: number; timeoutSeconds: number; fetch: typeof fetch }): Promise<Edge>;
}

const [jobFile, resultFile] = process.argv.slice(2);
try {
  const job = deserialize(await readFile(jobFile)) as DriverJob;
  await writeFile(resultFile, serialize(await runJob(job)));
} catch (error) {
  // The message of the failed verification quotes this.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function runJob({ edge: made, cloud, spec, samples, timeoutSeconds }: DriverJob): Promise<DriverResult> {
  let sent: Payload = {};
  const capture: typeof fetch = async (url, init) => {
    if (url instanceof URL && url.protocol === 'file:') return fileResponse(url);
    sent = await readBack(spec, init);
    return fetch(url, init);
  };
  // One thread, like the in-process run that it is compared with.
  const options = { threads: 1, timeoutSeconds, fetch: capture, ...(cloud === undefined ? {} : { cloud }) };
  const edge = 'answers' in made ? answering(spec, made.answers, options) : await load(made.module, options);
  const result: DriverResult = [];
  for (const sample of samples) {
    sent = {};
    const { outputs } = await edge.infer(asInputs(sample));
    result.push({
      wire: sent,
      outputs: Object.fromEntries(
        spec.outputs.map((port) => [port.name, { ...port, bytes: bytesOf(outputs[port.name]) }]),
      ),
    });
  }
  await edge.close();
  return result;
}

async function load(module: string, options: Parameters<EdgeModule['createEdge']>[0]): Promise<Edge> {
  const { createEdge } = (await import(pathToFileURL(module).href)) as EdgeModule;
  offerCanvas();
  return createEdge(options);
}

/** The runtime of an edge side for answers that another program has computed: encodes and sends them. */
function answering(spec: SplitSpec, answers: readonly Answer[], options: EdgeOptions): Edge {
  const client = checkOptions(spec, options);
  const rest = [...answers];
  return {
    async infer() {
      const { wire = {}, outputs = {} } = rest.shift() ?? {};
      const own = spec.outputs.filter(({ name }) => spec.edgeOutputs.includes(name));
      const computed = Object.fromEntries(own.map(({ name, dtype }) => [name, arrayOf(dtype, outputs[name])]));
      if (!client) return { outputs: computed };
      const { body, headers } = await postInfer(
        spec.name,
        await encodeWire(spec, wire),
        client,
        new AbortController().signal,
      );
      return { outputs: { ...computed, ...readAnswer(spec, client.cloud, body, headers) } };
    },
    async close() {},
  };
}

async function readBack(spec: SplitSpec, init: RequestInit | undefined): Promise<Payload> {
  const headers = new Headers(init?.headers);
  const body = await inflateBody(init?.body as Uint8Array, headers.get('content-encoding') ?? undefined, 2 ** 31);
  return decodeWire(spec, decodeRequest(body, headers.get(HEADER_LENGTH) ?? undefined));
}

function asInputs(sample: Sample): Record<string, TensorData> {
  return Object.fromEntries(Object.entries(sample).map(([name, { dtype, bytes }]) => [name, arrayOf(dtype, bytes)]));
}
