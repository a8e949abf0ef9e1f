import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseOrigins } from '../../../src/runtime/cloud/origins.js';
import { createServer, type ServerOptions } from '../../../src/runtime/cloud/server.js';
import { splitSpec } from '../fixture.js';

const APP = 'https://app.example';
const INFER = '/v2/models/default/infer';
const model = { run: async () => [], close: async () => undefined };
const closing: (() => Promise<void>)[] = [];
let open: string;
let shut: string;

async function serve(options: ServerOptions): Promise<string> {
  const app = createServer(splitSpec, model, options);
  await app.listen({ host: '127.0.0.1', port: 0 });
  closing.push(() => app.close());
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  open = await serve({ token: 'secret', origins: new Set([APP]) });
  shut = await serve({});
});
afterAll(() => Promise.all(closing.map((close) => close())));

const preflight = (base: string, origin: string, path = INFER) =>
  fetch(base + path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });

const names = (header: string | null) => header?.split(', ');

describe('a page whose origin is named', () => {
  test('may ask beforehand, without a token, what it may send', async () => {
    const answer = await preflight(open, APP);
    expect(answer.status).toBe(204);
    expect(await answer.text()).toBe('');
    expect(answer.headers.get('access-control-allow-origin')).toBe(APP);
    expect(names(answer.headers.get('access-control-allow-methods'))).toContain('POST');
    expect(names(answer.headers.get('access-control-allow-headers'))).toEqual(
      expect.arrayContaining(['authorization', 'content-encoding', 'content-type', 'inference-header-content-length']),
    );
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    expect(answer.headers.get('vary')).toBe('Origin');
  });

  test('reads answers, refusals too, and the headers that the edge side needs', async () => {
    for (const [path, token, status] of [
      ['/v2/models/default', 'secret', 200],
      ['/v2/models/default', 'guess', 401],
      ['/v2/nothing', 'secret', 404],
    ] as const) {
      const answer = await fetch(open + path, { headers: { origin: APP, authorization: `Bearer ${token}` } });
      expect([path, answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([path, status, APP]);
      expect(names(answer.headers.get('access-control-expose-headers'))).toEqual(
        expect.arrayContaining(['inference-header-content-length', 'server-timing']),
      );
    }
  });

  test('still needs the token, and a method that there is', async () => {
    expect((await fetch(open + INFER, { method: 'POST', headers: { origin: APP }, body: 'x' })).status).toBe(401);
    const options = { method: 'OPTIONS', headers: { origin: APP, authorization: 'Bearer secret' } };
    expect((await fetch(open + INFER, options)).status).toBe(404);
  });
});

describe('any other page', () => {
  const others = [
    'https://evil.example',
    'http://app.example',
    'https://app.example:8443',
    'https://app.example.evil.example',
    'null',
    '*',
  ];
  test.each(others)('of %s is refused, beforehand and for good', async (origin) => {
    const authorization = 'Bearer secret';
    const body = new Uint8Array();
    for (const answer of [
      await preflight(open, origin),
      await fetch(open + INFER, { method: 'POST', headers: { origin, authorization }, body }),
      await fetch(`${open}/v2/health/live`, { headers: { origin } }),
    ]) {
      expect(answer.status).toBe(403);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      expect(await answer.json()).toEqual({ error: expect.stringContaining('AUTOSPLIT_ORIGINS') });
    }
  });

  test('none is named unless somebody does so', async () => {
    expect((await preflight(shut, APP)).status).toBe(403);
    expect((await fetch(`${shut}/v2/models/default`, { headers: { origin: shut } })).status).toBe(403);
    expect((await fetch(`${shut}/v2/models/default`)).status).toBe(200);
  });
});

test('lists of origins', () => {
  expect(parseOrigins('')).toEqual(new Set());
  expect(parseOrigins(' https://a.example, http://localhost:5173 https://b.example,')).toEqual(
    new Set(['https://a.example', 'http://localhost:5173', 'https://b.example']),
  );
  for (const wrong of [
    '*',
    'app.example',
    'https://a.example/',
    'https://a.example/path',
    'HTTPS://A.example',
    'file:///tmp',
    'https://a:443',
  ])
    expect(() => parseOrigins(wrong), wrong).toThrow(/is not an origin such as/);
});
