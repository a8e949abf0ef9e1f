import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { decoderOf } from '../codecs/coding.js';
import { inflateBody } from '../codecs/deflate/inflate.js';
import { ProtocolError } from '../errors.js';
import type { SplitSpec } from '../spec.js';
import { concatBytes, DATATYPES } from '../types.js';
import {
  decodeRequest,
  encodeResponse,
  HEADER_LENGTH,
  type InferRequest,
  type Message,
  type OipTensor,
} from '../wire/oip.js';
import { DIGEST_PARAMETER, decodeWire, modelPort } from '../wire/wire.js';
import type { CloudModel } from './cloud-model.js';
import { refuseExpectations, transportErrors } from './http-errors.js';
import { allowOrigins } from './origins.js';
import { createQueue } from './queue.js';

export interface ServerOptions {
  /** Bearer token that every request but health checks must carry. */
  token?: string;
  /** Origins of pages that may send requests; those of other pages are refused. @default none */
  origins?: ReadonlySet<string>;
  /** Inferences at a time. @default 1 */
  parallel?: number;
  /** Requests that may wait for their turn. @default 64 */
  waiting?: number;
  /** Called with server errors; messages hold nothing of the request. @default console.error */
  onError?: (message: string) => void;
}

/** Version of the model in addresses and answers. */
const VERSION = '1';
/** Requests being read or answered, beyond those that run and wait for their turn. */
const IN_TRANSIT = 16;

type ModelParams = { Params: { model: string; version?: string } };
type InferHandler = (request: FastifyRequest<ModelParams>, reply: FastifyReply) => Promise<FastifyReply>;

/** True for the addresses and names of this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/**
 * The cloud side as a fastify application that speaks the Open Inference Protocol v2; the caller listens and closes.
 * Errors: ProtocolError 500 where it does not have a codec of the split.
 */
export function createServer(spec: SplitSpec, model: CloudModel, options: ServerOptions = {}): FastifyInstance {
  for (const wire of spec.wire) decoderOf(wire);
  const { token, origins = new Set(), parallel = 1, waiting = 64, onError = console.error } = options;
  const limit = spec.cloud?.maxRequestBytes ?? 0;
  const app = fastifyFor(limit);
  // Before tokens are checked: a preflight carries none.
  allowOrigins(app, origins);
  admitRequests(app, token, parallel + waiting + IN_TRANSIT);
  answerErrors(app, limit, onError);
  const isClosing = watchClosing(app);
  app.addHook('onClose', () => model.close());
  addServerRoutes(app, isClosing);
  addModelRoutes(app, spec, isClosing, inferHandler(spec, model, limit, createQueue(parallel, waiting)));
  return app;
}

/** A fastify application that hands on bodies of at most `limit` bytes unparsed. */
function fastifyFor(limit: number): FastifyInstance {
  const app = Fastify({
    bodyLimit: limit,
    requestTimeout: 300_000,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1000 },
    ...transportErrors,
  });
  refuseExpectations(app.server);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  return app;
}

/** Refuses requests without Host (400), without the token (401, health checks excepted), and beyond `most` (503). */
function admitRequests(app: FastifyInstance, token: string | undefined, most: number): void {
  let open = 0;
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1')
      throw new ProtocolError(400, 'the header Host is missing');
    const isHealth = request.routeOptions.url?.startsWith('/v2/health/');
    if (token !== undefined && !isHealth && !hasToken(request.headers.authorization, token)) {
      reply.header('www-authenticate', 'Bearer');
      throw new ProtocolError(401, 'a valid bearer token is needed');
    }
    if (request.method !== 'POST') return;
    // Counted before the body is read, so that a crowd of large bodies cannot fill the memory.
    if (open >= most) throw new ProtocolError(503, 'too many requests are waiting; try again');
    open++;
    reply.raw.once('close', () => open--);
  });
}

/** Answers errors as `{ "error": message }`; those that are not the client's are told to `onError` alone. */
function answerErrors(app: FastifyInstance, limit: number, onError: (message: string) => void): void {
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'not found' }));
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error instanceof ProtocolError ? error.status : (error.statusCode ?? 500);
    if (status >= 500 && status !== 503) onError(`inference failed: ${error.name}: ${error.message}`);
    if (status === 503) reply.header('retry-after', '1');
    if (status === 413) return reply.code(413).send({ error: `the body has more than ${limit} bytes` });
    return reply.code(status).send({ error: status === 500 ? 'internal error' : error.message });
  });
}

/** Tells whether the application has begun to close. */
function watchClosing(app: FastifyInstance): () => boolean {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  return () => closing;
}

function addServerRoutes(app: FastifyInstance, isClosing: () => boolean): void {
  app.get('/v2', async () => ({
    name: 'autosplit',
    version: VERSION,
    extensions: ['binary_tensor_data', 'parameters'],
  }));
  app.get('/v2/health/live', async () => ({ live: true }));
  app.get('/v2/health/ready', async (_request, reply) =>
    reply.code(isClosing() ? 503 : 200).send({ ready: !isClosing() }),
  );
}

function addModelRoutes(app: FastifyInstance, spec: SplitSpec, isClosing: () => boolean, infer: InferHandler): void {
  for (const path of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
    app.get<ModelParams>(path, async (request) => {
      checkModel(spec, request.params);
      return metadata(spec);
    });
    app.get<ModelParams>(`${path}/ready`, async (request, reply) => {
      checkModel(spec, request.params);
      return reply.code(isClosing() ? 503 : 200).send({ name: spec.name, ready: !isClosing() });
    });
    app.post<ModelParams>(`${path}/infer`, infer);
  }
}

/** Reads a request, runs the model in its turn, and answers with the outputs that are wanted. */
function inferHandler(
  spec: SplitSpec,
  model: CloudModel,
  limit: number,
  enqueue: ReturnType<typeof createQueue>,
): InferHandler {
  return async (request, reply) => {
    checkModel(spec, request.params);
    const start = performance.now();
    const body = await inflateBody(asBody(request.body), request.headers['content-encoding'], limit);
    const decoded = decodeRequest(body, oneHeader(request.headers[HEADER_LENGTH]));
    checkDigest(spec, decoded);
    const wanted = wantedOutputs(spec, decoded);
    const payload = await decodeWire(spec, decoded);
    const queued = performance.now();
    const { outputs, begun, done } = await enqueue(async () => {
      const begun = performance.now();
      const outputs = await model.run(payload, [...wanted.keys()]);
      return { outputs, begun, done: performance.now() };
    });
    const message = answerOf(spec, decoded, outputs, wanted);
    const answer = concatBytes([message.json, ...message.binary]);
    const total = performance.now() - start;
    const spans = { decode: queued - start, queue: begun - queued, inference: done - begun, total };
    reply.header('server-timing', serverTiming(spans));
    if (message.binary.length === 0) reply.type('application/json');
    else reply.type('application/octet-stream').header(HEADER_LENGTH, String(message.json.length));
    return reply.send(answer);
  };
}

function answerOf(
  spec: SplitSpec,
  { id }: InferRequest,
  outputs: OipTensor[],
  wanted: ReadonlyMap<string, boolean>,
): Message {
  const response = {
    modelName: spec.name,
    modelVersion: VERSION,
    parameters: { [DIGEST_PARAMETER]: spec.digest },
    outputs,
    ...(id === undefined ? {} : { id }),
  };
  return encodeResponse(response, (name) => wanted.get(name) === true);
}

/** A Server-Timing header of spans in milliseconds. */
const serverTiming = (spans: Record<string, number>): string =>
  Object.entries(spans)
    .map(([name, span]) => `${name};dur=${span.toFixed(3)}`)
    .join(', ');

function metadata(spec: SplitSpec) {
  const outputs = spec.outputs.filter(({ name }) => spec.cloudOutputs.includes(name));
  return {
    name: spec.name,
    versions: [VERSION],
    platform: 'onnxruntime_onnx',
    inputs: spec.wire.map(modelPort),
    outputs: outputs.map(({ name, dtype, shape }) => ({ name, datatype: DATATYPES[dtype], shape })),
    parameters: { [DIGEST_PARAMETER]: spec.digest },
  };
}

function checkModel(spec: SplitSpec, { model, version = VERSION }: ModelParams['Params']): void {
  if (model !== spec.name) throw new ProtocolError(404, 'unknown model');
  if (version !== VERSION) throw new ProtocolError(404, `unknown version; the only one is ${VERSION}`);
}

function checkDigest(spec: SplitSpec, request: InferRequest): void {
  const digest = request.parameters[DIGEST_PARAMETER];
  if (digest === undefined)
    throw new ProtocolError(400, `parameters.${DIGEST_PARAMETER} is missing; it must be ${spec.digest}`);
  if (digest !== spec.digest)
    throw new ProtocolError(409, `the edge side comes from another split; this one has digest ${spec.digest}`);
}

/** Outputs to compute, each with whether it travels as binary data. */
function wantedOutputs(spec: SplitSpec, { outputs, binaryOutput }: InferRequest): Map<string, boolean> {
  if (outputs === undefined || outputs.length === 0)
    return new Map(spec.cloudOutputs.map((name) => [name, binaryOutput]));
  const unknown = outputs.find(({ name }) => !spec.cloudOutputs.includes(name));
  if (unknown !== undefined)
    throw new ProtocolError(400, `unknown output ${unknown.name}; the outputs are ${spec.cloudOutputs.join(', ')}`);
  return new Map(outputs.map(({ name, binary }) => [name, binary]));
}

function asBody(body: unknown): Uint8Array {
  if (!(body instanceof Uint8Array) || body.length === 0) throw new ProtocolError(400, 'the request has no body');
  return body;
}

function oneHeader(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}

/** Compares digests, so that neither time nor length tells anything of the token. */
function hasToken(header: string | undefined, token: string): boolean {
  const given = /^Bearer (.+)$/i.exec(header ?? '')?.[1] ?? '';
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
