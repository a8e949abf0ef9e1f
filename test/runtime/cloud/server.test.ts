import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type CloudModel, loadCloudModel } from '../../../src/runtime/cloud/cloud-model.js';
import { createServer, isLoopback, type ServerOptions } from '../../../src/runtime/cloud/server.js';
import { encodeWire } from '../../../src/runtime/wire/wire.js';
import { cloudModelFile, exampleInputs, expected, splitSpec } from '../fixture.js';

let folder: string;
let model: CloudModel;
let base: string;
let close: () => Promise<void>;
const onError = vi.fn();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autosplit-server-'));
  await writeFile(join(folder, 'model.onnx'), cloudModelFile());
  model = await loadCloudModel(splitSpec, pathToFileURL(`${folder}/`), 1);
  ({ base, close } = await serve({ onError }));
});

afterAll(async () => {
  await close();
  await model.close();
  await rm(folder, { recursive: true });
  expect(onError).not.toHaveBeenCalled();
});

async function serve(options: ServerOptions, served: Partial<CloudModel> = {}) {
  const app = createServer(splitSpec, { ...model, close: async () => undefined, ...served }, options);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { base: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`, close: () => app.close() };
}

/** A request as the protocol's documentation writes one. */
function jsonRequest(change: (request: ReturnType<typeof plain>) => unknown = () => undefined): string {
  const request = plain();
  change(request);
  return JSON.stringify(request);
}

function plain() {
  const inputs = exampleInputs();
  return {
    id: '42',
    parameters: { autosplit_digest: splitSpec.digest } as Record<string, unknown>,
    inputs: [
      { name: 'h_packed', shape: [20], datatype: 'UINT8', data: [...expected(inputs).packed] as unknown[] },
      {
        name: 'mask',
        shape: [1, 2, 5, 4],
        datatype: 'BOOL',
        data: Array.from(inputs.mask, (value) => value === 1) as unknown[],
      },
    ],
    outputs: undefined as unknown,
  };
}

const post = (
  body: string | Uint8Array,
  headers: Record<string, string> = {},
  path = '/v2/models/default/infer',
  at = base,
) =>
  fetch(at + path, {
    method: 'POST',
    body: body as string,
    headers: { 'content-type': 'application/json', ...headers },
  });

async function refusal(response: Response): Promise<string> {
  const body = (await response.json()) as { error: string };
  expect(Object.keys(body)).toEqual(['error']);
  return body.error;
}

describe('what the protocol asks for', () => {
  test.each([
    '/v2',
    '/v2/',
    '/v2/health/live',
    '/v2/health/ready',
    '/v2/models/default/ready',
    '/v2/models/default/versions/1/ready',
  ])('%s', async (path) => {
    expect((await fetch(base + path)).status).toBe(200);
  });

  test.each(['/v2/models/default', '/v2/models/default/versions/1'])('metadata at %s', async (path) => {
    expect(await (await fetch(base + path)).json()).toEqual({
      name: 'default',
      versions: ['1'],
      platform: 'onnxruntime_onnx',
      inputs: [
        { name: 'h_packed', datatype: 'UINT8', shape: [20] },
        { name: 'mask', datatype: 'BOOL', shape: [1, 2, 5, 4] },
      ],
      outputs: [
        { name: 'y', datatype: 'FP32', shape: [1, 2, 5, 4] },
        { name: 'best', datatype: 'INT64', shape: [1, 5, 4] },
      ],
      parameters: { autosplit_digest: splitSpec.digest },
    });
  });

  test('a JSON request written by hand', async () => {
    const response = await post(jsonRequest());
    const right = expected(exampleInputs());
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch('application/json');
    expect(await response.json()).toEqual({
      model_name: 'default',
      model_version: '1',
      id: '42',
      parameters: { autosplit_digest: splitSpec.digest },
      outputs: [
        { name: 'y', datatype: 'FP32', shape: [1, 2, 5, 4], data: [...right.y] },
        { name: 'best', datatype: 'INT64', shape: [1, 5, 4], data: Array.from(right.best, Number) },
      ],
    });
  });

  test('a request without a content type, by version, that asks for one output', async () => {
    const body = jsonRequest((request) => {
      request.outputs = [{ name: 'best' }];
    });
    const response = await fetch(`${base}/v2/models/default/versions/1/infer`, {
      method: 'POST',
      body: new TextEncoder().encode(body),
    });
    const { outputs } = (await response.json()) as { outputs: { name: string }[] };
    expect(outputs.map(({ name }) => name)).toEqual(['best']);
  });

  test('binary data out, for one output or all', async () => {
    const right = expected(exampleInputs());
    const mixed = await post(
      jsonRequest((request) => {
        request.outputs = [{ name: 'best' }, { name: 'y', parameters: { binary_data: true } }];
      }),
    );
    const length = Number(mixed.headers.get('inference-header-content-length'));
    const bytes = new Uint8Array(await mixed.arrayBuffer());
    const { outputs } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, length))) as { outputs: object[] };
    expect(outputs).toEqual([
      { name: 'best', datatype: 'INT64', shape: [1, 5, 4], data: Array.from(right.best, Number) },
      { name: 'y', datatype: 'FP32', shape: [1, 2, 5, 4], parameters: { binary_data_size: 160 } },
    ]);
    expect([...new Float32Array(bytes.slice(length).buffer)]).toEqual([...right.y]);
    const all = await post(
      jsonRequest((request) => {
        request.parameters.binary_data_output = true;
      }),
    );
    expect((await all.arrayBuffer()).byteLength).toBe(
      Number(all.headers.get('inference-header-content-length')) + 160 + 160,
    );
  });

  test('binary data in, plain, compressed, and in several gzip members', async () => {
    const inputs = exampleInputs();
    const { body, headers } = await encodeWire(
      { ...splitSpec, wire: splitSpec.wire.map((wire) => ({ ...wire, encoding: 'raw' })) },
      {
        h: expected(inputs).packed,
        mask: inputs.mask,
      },
    );
    const gzip = await encodeWire(splitSpec, { h: expected(inputs).packed, mask: inputs.mask });
    expect(headers['content-encoding']).toBeUndefined();
    expect(gzip.headers['content-encoding']).toBe('gzip');
    const members = Buffer.concat([gzipSync(body.subarray(0, 100)), gzipSync(body.subarray(100))]);
    const answers = await Promise.all([
      post(body, headers),
      post(gzip.body, gzip.headers),
      post(members, { ...headers, 'content-encoding': 'gzip' }),
    ]);
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      const length = Number(answer.headers.get('inference-header-content-length'));
      const bytes = new Uint8Array(await answer.arrayBuffer());
      expect([...new Float32Array(bytes.slice(length, length + 160).buffer)]).toEqual([...expected(inputs).y]);
      expect(answer.headers.get('server-timing')).toMatch(
        /^decode;dur=[\d.]+, queue;dur=[\d.]+, inference;dur=[\d.]+, total;dur=[\d.]+$/,
      );
    }
  });
});

describe('what is refused', () => {
  test.each<[string, (request: ReturnType<typeof plain>) => unknown, number, RegExp]>([
    ['no digest', (r) => delete r.parameters.autosplit_digest, 400, /autosplit_digest is missing/],
    ['another digest', (r) => (r.parameters.autosplit_digest = 'x'), 409, /another split/],
    ['a missing input', (r) => r.inputs.pop(), 400, /input mask is missing/],
    ['an unknown input', (r) => (r.inputs[1].name = 'z'), 400, /unknown input z; the inputs are h_packed, mask/],
    ['an input twice', (r) => r.inputs.push(r.inputs[0]), 400, /twice/],
    ['another shape', (r) => (r.inputs[0].shape = [4, 5]), 400, /must have shape \[20\], not \[4,5\]/],
    ['another datatype', (r) => (r.inputs[0].datatype = 'INT8'), 400, /h_packed: .*integers|must be UINT8/],
    ['too few elements', (r) => r.inputs[0].data.pop(), 400, /19 elements/],
    ['a code beyond a byte', (r) => (r.inputs[0].data[3] = 256), 400, /integers in 0..255/],
    ['an unknown output', (r) => (r.outputs = [{ name: 'early' }]), 400, /unknown output early/],
  ])('%s', async (_what, change, status, message) => {
    const response = await post(jsonRequest(change));
    expect(response.status).toBe(status);
    expect(await refusal(response)).toMatch(message);
  });

  test.each<[string, string, number]>([
    ['GET', '/v2/models/other', 404],
    ['GET', '/v2/models/default/versions/2', 404],
    ['GET', '/v2/models/other/ready', 404],
    ['POST', '/v2/models/other/infer', 404],
    ['POST', '/v2/models/default/versions/2/infer', 404],
    ['GET', '/', 404],
    ['GET', '/v2/models/default/infer', 404],
    ['POST', '/v2/models/default/infer', 400],
  ])('%s %s without a body', async (method, path, status) => {
    const response = await fetch(base + path, { method });
    expect(response.status).toBe(status);
    await refusal(response);
  });

  test.each<[string, string | Uint8Array, Record<string, string>, number]>([
    ['broken JSON', '{"inputs": 5', {}, 400],
    ['a malformed header length', jsonRequest(), { 'inference-header-content-length': '12x' }, 400],
    ['a header length beyond the body', jsonRequest(), { 'inference-header-content-length': '99999999' }, 400],
    ['a header length inside the JSON', jsonRequest(), { 'inference-header-content-length': '10' }, 400],
    ['an unknown content encoding', jsonRequest(), { 'content-encoding': 'br' }, 415],
    ['two content encodings', jsonRequest(), { 'content-encoding': 'gzip, gzip' }, 415],
    ['a body that is no gzip stream', jsonRequest(), { 'content-encoding': 'gzip' }, 400],
    ['a cut gzip stream', gzipSync(jsonRequest()).subarray(0, 60), { 'content-encoding': 'gzip' }, 400],
    ['a body over the limit', new Uint8Array(100_001), {}, 413],
    ['a bomb', gzipSync(new Uint8Array(20_000_000)), { 'content-encoding': 'gzip' }, 413],
  ])('%s', async (_what, body, headers, status) => {
    const response = await post(body, headers);
    expect(response.status).toBe(status);
    const error = await refusal(response);
    if (status === 413) expect(error).toMatch(/100000 bytes/);
  });

  test('a body that announces no length and does not end in time for the limit', async () => {
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(`${base}/v2/models/default/infer`, {
        method: 'POST',
        headers: { 'content-type': 'a/b', 'transfer-encoding': 'chunked' },
      });
      request.on('response', (response) => resolve(response.statusCode));
      request.on('error', reject);
      request.write(new Uint8Array(60_000));
      request.write(new Uint8Array(60_000));
    });
    expect(status).toBe(413);
  });
});

describe('tokens', () => {
  test('every path but health asks for the token', async () => {
    const { base: at, close } = await serve({ token: 'correct horse' });
    const good = { authorization: 'Bearer correct horse' };
    expect((await fetch(`${at}/v2/health/live`)).status).toBe(200);
    expect((await fetch(`${at}/v2/health/ready`)).status).toBe(200);
    for (const authorization of [
      '',
      'Bearer',
      'Bearer correct',
      'Bearer correct horses',
      'Basic correct horse',
      'correct horse',
    ]) {
      const response = await post(jsonRequest(), { authorization }, undefined, at);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await refusal(response)).toMatch(/token/);
    }
    expect((await fetch(`${at}/v2/models/default`)).status).toBe(401);
    expect((await fetch(`${at}/v2`)).status).toBe(401);
    expect((await fetch(`${at}/nowhere`)).status).toBe(401);
    expect((await fetch(`${at}/v2/health/../models/default`)).status).toBe(401);
    expect((await post(jsonRequest(), good, undefined, at)).status).toBe(200);
    await close();
  });

  test('which hosts are this machine alone', () => {
    expect(['127.0.0.1', '127.1.2.3', '::1', 'localhost'].filter(isLoopback)).toHaveLength(4);
    expect(['0.0.0.0', '::', '10.0.0.1', '127.evil.org', 'localhost.evil.org', ''].filter(isLoopback)).toEqual([]);
  });
});

test('a crowd is turned away, and served again when it has gone', async () => {
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const running = vi.fn(async (...args: Parameters<CloudModel['run']>) => {
    await gate;
    return model.run(...args);
  });
  const { base: at, close } = await serve({ parallel: 2, waiting: 1 }, { run: running });
  const first = [1, 2, 3].map(() => post(jsonRequest(), {}, undefined, at));
  const fourth = await Promise.race([...first, post(jsonRequest(), {}, undefined, at)]);
  expect(fourth.status).toBe(503);
  expect(fourth.headers.get('retry-after')).toBe('1');
  expect(running).toHaveBeenCalledTimes(2);
  release();
  const statuses = (await Promise.all(first)).map((response) => response.status);
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(2);
  expect((await post(jsonRequest(), {}, undefined, at)).status).toBe(200);
  await close();
});

test('a failure inside says nothing to the client and nothing of the request to the log', async () => {
  const log = vi.fn();
  const run = async () => {
    throw new Error('kernel failed');
  };
  const { base: at, close } = await serve({ onError: log }, { run });
  const response = await post(jsonRequest(), {}, undefined, at);
  expect(response.status).toBe(500);
  expect(await refusal(response)).toBe('internal error');
  expect(log.mock.calls).toEqual([['inference failed: Error: kernel failed']]);
  await close();
});

test('a model that does not fit its split is not served', async () => {
  const other = { ...splitSpec, cloudOutputs: ['y', 'nothing'] };
  await expect(loadCloudModel(other, pathToFileURL(`${folder}/`), 1)).rejects.toThrow(
    /no output nothing; it has y, best/,
  );
});
