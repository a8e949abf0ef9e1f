import { encoderOf } from '../codecs/coding.js';
import { EdgeError, ProtocolError } from '../errors.js';
import type { SplitSpec } from '../spec.js';
import { arrayOf, DATATYPES, elementCount, type TensorData } from '../types.js';
import { decodeResponse, HEADER_LENGTH } from '../wire/oip.js';
import { makePayload } from '../wire/payload.js';
import { DIGEST_PARAMETER, encodeWire } from '../wire/wire.js';
import type { Edge, EdgeOptions, Inputs, Outputs } from './api.js';
import { type ClientOptions, derive, postInfer } from './client.js';
import { checkInputs } from './edge-inputs.js';
import type { EdgeModel } from './session.js';

/**
 * The edge side of a split. Errors: EdgeError BUNDLE where it does not have a codec of the split.
 * @param model undefined where the edge computes nothing
 * @param client undefined where the edge computes everything; see {@link checkOptions}
 */
export function createEdgeOf(spec: SplitSpec, model: EdgeModel | undefined, client: ClientOptions | undefined): Edge {
  for (const wire of spec.wire) encoderOf(wire);
  let isClosed = false;
  const running = new Map<AbortController, Promise<unknown>>();

  /** Runs `work` so that `close()` can end it and wait for it. */
  async function guarded<T>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (isClosed) throw new EdgeError('CLOSED', 'this edge side is closed');
    const { controller, release } = derive(signal);
    const promise = work(controller.signal);
    running.set(controller, promise);
    try {
      return await promise;
    } finally {
      running.delete(controller);
      release();
    }
  }

  async function infer(inputs: Inputs, signal: AbortSignal): ReturnType<Edge['infer']> {
    const start = performance.now();
    const checked = checkInputs(spec, inputs);
    const made = await runModel(spec, model, checked);
    const edgeDone = performance.now();
    const outputs = pickOutputs(spec.edgeOutputs, made);
    if (client === undefined) {
      const total = (performance.now() - start) / 1000;
      return {
        outputs: inOrder(spec, outputs),
        timings: { edge: total, encode: 0, transfer: 0, cloud: 0, decode: 0, total },
      };
    }
    const request = await encodeWire(spec, makePayload(spec, checked, made), client.standard);
    const encodeDone = performance.now();
    const answer = await postInfer(spec.name, request, client, signal);
    const answered = performance.now();
    Object.assign(outputs, readAnswer(spec, client.cloud, answer.body, answer.headers));
    const end = performance.now();
    const cloud = Math.min(serverSeconds(answer.headers.get('server-timing')), (answered - encodeDone) / 1000);
    const timings = {
      edge: (edgeDone - start) / 1000,
      encode: (encodeDone - edgeDone) / 1000,
      transfer: (answered - encodeDone) / 1000 - cloud,
      cloud,
      decode: (end - answered) / 1000,
      total: (end - start) / 1000,
    };
    return { outputs: inOrder(spec, outputs), timings };
  }

  return {
    metadata: {
      name: spec.name,
      decision: spec.decision,
      digest: spec.digest,
      inputs: spec.inputs,
      outputs: spec.outputs,
    },
    infer: (inputs, { signal } = {}) => guarded(signal, (either) => infer(inputs, either)),
    encode: (inputs) =>
      guarded(undefined, async () => {
        const checked = checkInputs(spec, inputs);
        const made = await runModel(spec, model, checked);
        return { payload: makePayload(spec, checked, made), outputs: pickOutputs(spec.edgeOutputs, made) };
      }),
    async close() {
      if (isClosed) return;
      isClosed = true;
      for (const controller of running.keys()) controller.abort();
      await Promise.allSettled(running.values());
      await model?.close();
    },
  };
}

/** How to reach the cloud side; undefined where there is none. Errors: EdgeError OPTIONS. */
export function checkOptions(spec: SplitSpec, options: EdgeOptions): ClientOptions | undefined {
  const { cloud, token, threads = 1, timeoutSeconds = 30 } = options;
  if (!Number.isInteger(threads) || threads < 1)
    throw new EdgeError('OPTIONS', 'threads must be a whole number of at least 1');
  if (spec.decision === 'edge-only') return undefined;
  if (cloud === undefined)
    throw new EdgeError('OPTIONS', 'this split needs its cloud side: createEdge({ cloud: "http://host:port" })');
  if (!URL.canParse(cloud) || !/^https?:$/.test(new URL(cloud).protocol)) {
    throw new EdgeError('OPTIONS', `cloud must be an http or https address, not ${cloud}`);
  }
  if (!(timeoutSeconds > 0 && timeoutSeconds <= 2 ** 31 / 1000))
    throw new EdgeError('OPTIONS', 'timeoutSeconds must be a positive number of seconds');
  // Called without an object: `fetch` of a browser needs `globalThis` as its receiver.
  const { standard = false, fetch = (...request) => globalThis.fetch(...request) } = options;
  return { cloud, timeoutSeconds, standard, fetch, ...(token === undefined ? {} : { token }) };
}

async function runModel(spec: SplitSpec, model: EdgeModel | undefined, inputs: ReadonlyMap<string, TensorData>) {
  if (spec.edge === undefined || model === undefined) return {};
  const names = spec.edge.inputs;
  const feeds = spec.inputs
    .filter((port) => names.includes(port.name))
    .map(({ name, dtype, shape }) => [name, { dtype, shape, data: inputs.get(name) ?? new Float32Array() }] as const);
  return model.run(Object.fromEntries(feeds));
}

function pickOutputs(names: readonly string[], made: Readonly<Record<string, TensorData>>): Outputs {
  return Object.fromEntries(
    names.map((name) => {
      if (made[name] === undefined) throw new EdgeError('BUNDLE', `the edge model does not give the output ${name}`);
      return [name, made[name]];
    }),
  );
}

/** The outputs of the cloud side, checked against the split. */
export function readAnswer(spec: SplitSpec, cloud: string, body: Uint8Array, headers: Headers): Outputs {
  const broken = (why: string, cause?: unknown) =>
    new EdgeError('SERVER', `the answer of ${cloud} is broken: ${why}`, { cause });
  let answer: ReturnType<typeof decodeResponse>;
  try {
    answer = decodeResponse(body, headers.get(HEADER_LENGTH) ?? undefined);
  } catch (cause) {
    throw broken(cause instanceof ProtocolError ? cause.message : 'it cannot be read', cause);
  }
  // Other servers of the protocol do not return the parameter.
  const digest = answer.parameters[DIGEST_PARAMETER];
  if (digest !== undefined && digest !== spec.digest)
    throw new EdgeError('DIGEST', `${cloud} runs another split than this edge side`);
  return Object.fromEntries(
    spec.cloudOutputs.map((name) => {
      const tensor = answer.outputs.find((output) => output.name === name);
      const port = spec.outputs.find((output) => output.name === name);
      if (tensor === undefined || port === undefined) throw broken(`output ${name} is missing`);
      if (tensor.datatype !== DATATYPES[port.dtype] || elementCount(tensor.shape) !== elementCount(port.shape)) {
        throw broken(
          `output ${name} is ${tensor.datatype} [${tensor.shape}], not ${DATATYPES[port.dtype]} [${port.shape}]`,
        );
      }
      return [name, arrayOf(port.dtype, tensor.bytes)];
    }),
  );
}

function inOrder(spec: SplitSpec, outputs: Outputs): Outputs {
  return Object.fromEntries(spec.outputs.map(({ name }) => [name, outputs[name]]));
}

/** Seconds of `total` in a Server-Timing header, which counts milliseconds; 0 without one. */
function serverSeconds(header: string | null): number {
  const duration = /(?:^|,)\s*total;\s*dur=([\d.]+)/.exec(header ?? '')?.[1];
  return duration === undefined ? 0 : Number(duration) / 1000;
}
