import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test, vi } from 'vitest';
import type { EdgeOptions } from '../../../src/runtime/edge/api.js';
import { checkOptions, createEdgeOf } from '../../../src/runtime/edge/edge.js';
import type { EdgeModel } from '../../../src/runtime/edge/session.js';
import type { SplitSpec, WireTensor } from '../../../src/runtime/spec.js';
import { bytesOf, concatBytes, type TensorData } from '../../../src/runtime/types.js';
import { encodeResponse, HEADER_LENGTH } from '../../../src/runtime/wire/oip.js';
import { makePayload } from '../../../src/runtime/wire/payload.js';
import { exampleInputs, SHAPE, splitSpec } from '../fixture.js';

const model: EdgeModel = {
  run: async () => ({ h_codes: new Uint8Array(40).fill(5), early: Float32Array.of(1, 2) }),
  close: async () => undefined,
};

function edge(options: EdgeOptions, spec: SplitSpec = splitSpec) {
  return createEdgeOf(spec, model, checkOptions(spec, { cloud: 'http://127.0.0.1:9', ...options }));
}

function answer(
  digest = splitSpec.digest,
  outputs = [output('y', 'FP32', new Float32Array(40)), output('best', 'INT64', new BigInt64Array(20))],
) {
  const message = encodeResponse(
    { modelName: 'default', parameters: { autosplit_digest: digest }, outputs },
    () => true,
  );
  return new Response(concatBytes([message.json, ...message.binary]) as Uint8Array<ArrayBuffer>, {
    headers: { [HEADER_LENGTH]: String(message.json.length), 'server-timing': 'inference;dur=1, total;dur=0.001' },
  });
}

function output(name: string, datatype: 'FP32' | 'INT64', data: Float32Array | BigInt64Array) {
  return { name, datatype, shape: name === 'y' ? SHAPE : [1, 5, 4], bytes: bytesOf(data) };
}

test('outputs come in the order of the network, times add up', async () => {
  const fetch = vi.fn(async (_url: unknown, _init?: RequestInit) => answer());
  const { outputs, timings } = await edge({
    cloud: 'http://host:1/prefix/',
    token: 'secret',
    fetch: fetch as typeof globalThis.fetch,
  }).infer(exampleInputs());
  expect(Object.keys(outputs)).toEqual(['y', 'early', 'best']);
  expect(outputs.best).toBeInstanceOf(BigInt64Array);
  const { edge: atEdge, encode, transfer, cloud, decode, total } = timings;
  expect(atEdge + encode + transfer + cloud + decode).toBeCloseTo(total, 6);
  expect(cloud).toBeCloseTo(1e-6, 9);
  const [url, init] = fetch.mock.calls[0];
  expect(url).toBe('http://host:1/prefix/v2/models/default/infer');
  expect(init?.headers).toMatchObject({ authorization: 'Bearer secret', 'content-encoding': 'gzip' });
});

test.each<[string, Record<string, unknown>, RegExp]>([
  ['a missing input', { x: exampleInputs().x }, /input mask is missing; it is a Uint8Array of 40 elements \(1x2x5x4\)/],
  ['an unknown input', { ...exampleInputs(), z: new Float32Array(1) }, /unknown input z; the inputs are x, mask/],
  [
    'another type',
    { ...exampleInputs(), x: new Float64Array(40) },
    /input x must be a Float32Array of 40 elements .* not a Float64Array/,
  ],
  ['a plain array', { ...exampleInputs(), x: [1, 2] }, /not a Array/],
  ['another length', { ...exampleInputs(), x: new Float32Array(39) }, /input x has 39 elements/],
  [
    'other dimensions',
    { ...exampleInputs(), x: { data: new Float32Array(40), dims: [1, 2, 4, 5] } },
    /dimensions \[1,2,4,5\]; they must be \[1,2,5,4\]/,
  ],
])('%s is refused', async (_what, inputs, message) => {
  await expect(edge({}).infer(inputs as Record<string, TensorData>)).rejects.toMatchObject({
    code: 'INPUT',
    message: expect.stringMatching(message),
  });
});

test('inputs may carry their dimensions', async () => {
  const { x, mask } = exampleInputs();
  const { payload } = await edge({}).encode({ x: { data: x, dims: SHAPE }, mask });
  expect([...payload.h]).toEqual(new Array(20).fill(0x55));
  expect(payload.mask).toEqual(mask);
});

test.each<[EdgeOptions, RegExp]>([
  [{ cloud: undefined }, /needs its cloud side/],
  [{ cloud: 'localhost:8080' }, /http or https/],
  [{ cloud: 'file:///tmp' }, /http or https/],
  [{ timeoutSeconds: 0 }, /timeoutSeconds/],
  [{ threads: 0.5 }, /threads/],
])('a wrong option is refused: %o', (options, message) => {
  expect(() => edge(options)).toThrow(
    expect.objectContaining({ code: 'OPTIONS', message: expect.stringMatching(message) }),
  );
});

test.each([
  [401, 'UNAUTHORIZED', 1],
  [409, 'DIGEST', 1],
  [400, 'SERVER', 1],
  [500, 'SERVER', 1],
  [503, 'BUSY', 4],
])('status %i becomes %s after %i attempts', async (status, code, attempts) => {
  const fetch = vi.fn(async () => new Response('{"error":"because"}', { status }));
  await expect(edge({ fetch: fetch as typeof globalThis.fetch }).infer(exampleInputs())).rejects.toMatchObject({
    code,
    status,
    message: expect.stringMatching(/because/),
  });
  expect(fetch).toHaveBeenCalledTimes(attempts);
});

test('a connection that fails is tried again', async () => {
  const fetch = vi
    .fn(async () => answer())
    .mockRejectedValueOnce(
      new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNRESET' }) }),
    );
  await edge({ fetch: fetch as typeof globalThis.fetch }).infer(exampleInputs());
  expect(fetch).toHaveBeenCalledTimes(2);
});

test('nobody there', async () => {
  const server = createHttpServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  await expect(edge({ cloud: `http://127.0.0.1:${port}` }).infer(exampleInputs())).rejects.toMatchObject({
    code: 'UNREACHABLE',
    message: `cannot reach the cloud side at http://127.0.0.1:${port} (ECONNREFUSED)`,
  });
});

test('a server that never answers, a caller who gives up, and close()', async () => {
  const server = createHttpServer(() => undefined).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const cloud = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expect(edge({ cloud, timeoutSeconds: 0.1 }).infer(exampleInputs())).rejects.toMatchObject({ code: 'TIMEOUT' });
  await expect(edge({ cloud }).infer(exampleInputs(), { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
    code: 'CLOSED',
  });
  const closing = edge({ cloud });
  const running = expect(closing.infer(exampleInputs())).rejects.toMatchObject({ code: 'CLOSED' });
  await closing.close();
  await running;
  await expect(closing.infer(exampleInputs())).rejects.toMatchObject({
    code: 'CLOSED',
    message: 'this edge side is closed',
  });
  server.closeAllConnections();
  server.close();
});

test('a redirect is not followed', async () => {
  const server = createHttpServer((_request, response) =>
    response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end(),
  ).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const cloud = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expect(edge({ cloud }).infer(exampleInputs())).rejects.toMatchObject({
    code: 'UNREACHABLE',
    message: expect.stringMatching(/redirect/),
  });
  server.closeAllConnections();
  server.close();
});

test.each<[string, Response, string, RegExp]>([
  ['no tensors', new Response('{"model_name":"default"}'), 'SERVER', /outputs must be an array/],
  ['not of this protocol', new Response('<html>'), 'SERVER', /valid JSON/],
  [
    'an output short',
    answer(undefined, [output('y', 'FP32', new Float32Array(40))]),
    'SERVER',
    /output best is missing/,
  ],
  ['another split', answer('0'.repeat(64)), 'DIGEST', /another split/],
])('an answer with %s is refused', async (_what, response, code, message) => {
  const fetch = (async () => response) as typeof globalThis.fetch;
  await expect(edge({ fetch }).infer(exampleInputs())).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});

test('codes of the edge model, floats and inputs become wire codes', () => {
  const wire = (fields: Partial<WireTensor>): WireTensor => ({
    name: 'x',
    shape: [4],
    dtype: 'float32',
    bits: 2,
    scale: [0.5],
    zeroPoint: [1],
    encoding: 'raw',
    packedBytes: 1,
    source: { kind: 'input' },
    ...fields,
  });
  const payload = (fields: Partial<WireTensor>, data: TensorData) =>
    makePayload({ ...splitSpec, wire: [wire(fields)] }, new Map([['x', data]]), { made: data }).x;
  // Codes 0, 1, 2, 3, the first in the lowest bits.
  const packed = Uint8Array.of(0b11100100);
  const values = [-9, 0, 0.5, 9];
  const source = { kind: 'output' as const, name: 'made' };
  expect(payload({}, Float32Array.from(values))).toEqual(packed);
  expect(payload({ source }, Float32Array.from(values))).toEqual(packed);
  expect(payload({ source }, Uint8Array.of(0, 1, 2, 3))).toEqual(packed);
  expect(payload({ source: { ...source, codeMap: [3, 2, 1, 0] } }, Uint8Array.of(3, 2, 1, 0))).toEqual(packed);
  expect(payload({ dtype: 'float16' }, Uint16Array.of(0xc880, 0, 0x3800, 0x4880))).toEqual(packed);
  expect(payload({ dtype: 'int64', scale: [1], zeroPoint: [0] }, BigInt64Array.of(-5n, 1n, 2n, 90n))).toEqual(packed);
  const sixteen = { bits: 16, scale: [2 ** -15], zeroPoint: [32768] };
  expect(payload(sixteen, Float32Array.of(-1, 0, 0.5, 1))).toEqual(Uint8Array.of(0, 0, 0, 0x80, 0, 0xc0, 0xff, 0xff));
  expect(payload({ scale: undefined, dtype: 'int16' }, Int16Array.of(1, -1, 0, 0))).toEqual(
    Uint8Array.of(1, 0, 255, 255, 0, 0, 0, 0),
  );
  expect(() => payload({ source }, new Uint8Array(3))).toThrow(/does not give x of shape 4/);
});
