import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleInputs, expected, splitFiles, splitSpec, writeBundle } from '../runtime/fixture.js';
import { exchange, parseAnswers, type RawAnswer, type RawRequest, requestBytes } from '../runtime/raw-http.js';
import { noLinux } from '../skips/platform.js';
import { unless } from '../skips/unless.js';
import { scaledRuns } from '../thorough.js';

const resolver = pathToFileURL(fileURLToPath(new URL('../../dist/verify-resolve.mjs', import.meta.url))).href;
const INFER = '/v2/models/default/infer';
const inputs = exampleInputs();
const right = expected(inputs);

let folder: string;
let server: ReturnType<typeof start>;
let port: number;
let said = '';

const start = () =>
  execa(process.execPath, ['--import', resolver, join(folder, 'cloud/server.mjs'), '--port', '0', '--threads', '1'], {
    reject: false,
  });

beforeAll(async () => {
  folder = await writeBundle(splitSpec, splitFiles());
  server = start();
  server.stderr.on('data', (text) => {
    said += text;
  });
  port = await new Promise<number>((resolve) => {
    createInterface({ input: server.stdout }).on('line', (line) => resolve(Number(/:(\d+)$/.exec(line)?.[1])));
  });
});

afterAll(async () => {
  server.kill('SIGTERM');
  const { exitCode } = await server;
  await rm(folder, { recursive: true });
  expect({ exitCode, said }).toEqual({ exitCode: 0, said: '' });
});

/**
 * What every answer must be: a result, or a refusal in the words of the protocol. Nothing that a client sends is the
 * server's fault.
 */
function checkAnswers(answers: readonly RawAnswer[]): void {
  for (const { status, headers, body } of answers) {
    if (status === 200) continue;
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(JSON.parse(body)).toEqual({ error: expect.stringMatching(/./) });
  }
}

async function send(bytes: Uint8Array, patience?: number): Promise<RawAnswer[]> {
  const answers = parseAnswers(await exchange(port, bytes, patience));
  checkAnswers(answers);
  return answers;
}

const post = (body: Uint8Array, ...headers: [string, string][]): RawRequest => ({
  method: 'POST',
  path: INFER,
  headers: [['host', 'x'], ['connection', 'close'], ...headers],
  body,
});

function message(): Record<string, unknown> {
  return {
    parameters: { autosplit_digest: splitSpec.digest },
    inputs: [
      { name: 'h_packed', shape: [20], datatype: 'UINT8', parameters: { binary_data_size: 20 } },
      { name: 'mask', shape: [1, 2, 5, 4], datatype: 'BOOL', data: Array.from(inputs.mask, (value) => value === 1) },
    ],
    outputs: [{ name: 'y', parameters: { binary_data: false } }, { name: 'best' }],
  };
}

const json = Buffer.from(JSON.stringify(message()));
const body = Buffer.concat([json, right.packed]);
const jsonLength: [string, string] = ['inference-header-content-length', String(json.length)];

test('the request that is mutated below is right as it is', async () => {
  for (const [bytes, ...headers] of [
    [body, jsonLength] as const,
    [gzipSync(body), jsonLength, ['content-encoding', 'gzip']] as const,
  ]) {
    const [answer] = await send(requestBytes(post(bytes, ...(headers as [string, string][]))));
    expect(answer.status).toBe(200);
    expect((JSON.parse(answer.body) as { outputs: { data: number[] }[] }).outputs[0].data).toEqual([...right.y]);
  }
});

/** Flips, cuts, doubles and inserts bytes. */
const damage = fc
  .array(
    fc.record({
      at: fc.nat(100_000),
      kind: fc.constantFrom('flip', 'cut', 'insert', 'drop', 'double'),
      byte: fc.nat(255),
      count: fc.nat(64),
    }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((steps) => (bytes: Uint8Array): Buffer => {
    let out = Buffer.from(bytes);
    for (const { at, kind, byte, count } of steps) {
      const i = at % (out.length + 1);
      if (kind === 'flip' && i < out.length) out[i] = byte;
      else if (kind === 'cut') out = out.subarray(0, i);
      else if (kind === 'drop') out = Buffer.concat([out.subarray(0, i), out.subarray(i + count)]);
      else if (kind === 'insert') out = Buffer.concat([out.subarray(0, i), Buffer.alloc(count, byte), out.subarray(i)]);
      else out = Buffer.concat([out.subarray(0, i), out.subarray(Math.max(0, i - count))]);
    }
    return Buffer.from(out);
  });

/** JSON text in which `"nest 3"` stands for `[[[]]]`: values that deep are no use to fast-check or JSON.stringify. */
const jsonText = (value: unknown): string =>
  (JSON.stringify(value) ?? '').replaceAll(
    /"nest (\d+)"/g,
    (_, depth: string) => '['.repeat(Number(depth)) + ']'.repeat(Number(depth)),
  );

/** Values that parsers and size checks stumble on. */
const strange = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue() },
  fc.constantFrom<unknown>(
    -1,
    0,
    1,
    19,
    21,
    256,
    1e308,
    -0,
    0.5,
    2 ** 31,
    2 ** 53,
    2 ** 53 - 1,
    '',
    '20',
    null,
    true,
    [],
    {},
    [[]],
  ),
  fc.constantFrom<unknown>('h_packed', 'mask', 'UINT8', 'BYTES', 'FP32', 'INT64', '__proto__', 'constructor'),
  fc.array(fc.constantFrom(0, 1, 20, 2 ** 31, 2 ** 53 - 1, -1), { maxLength: 20 }),
  fc.constantFrom('nest 100', 'nest 5000', 'nest 45000'),
);

const paths = placesOf(message());

/** Every place in a JSON value, the value itself included. */
function placesOf(value: unknown, at: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [at];
  const entries = Array.isArray(value) ? [...value.keys()].slice(0, 3) : Object.keys(value);
  return [at, ...entries.flatMap((key) => placesOf((value as Record<string | number, unknown>)[key], [...at, key]))];
}

function replaced(value: unknown, at: readonly (string | number)[], by: unknown): unknown {
  if (at.length === 0) return by;
  if (typeof value !== 'object' || value === null) return value;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string | number, unknown>;
  if (by === undefined && at.length === 1) delete copy[at[0]];
  else copy[at[0]] = replaced(copy[at[0]], at.slice(1), by);
  return copy;
}

const edits = fc.array(fc.tuple(fc.constantFrom(...paths), fc.option(strange, { nil: undefined })), {
  minLength: 1,
  maxLength: 3,
});

test('messages of the wrong form', async () => {
  await fc.assert(
    fc.asyncProperty(edits, fc.boolean(), async (steps, isCompressed) => {
      const changed = steps.reduce<unknown>((value, [at, by]) => replaced(value, at, by), message());
      const text = Buffer.from(jsonText(changed));
      const whole = Buffer.concat([text, right.packed]);
      const headers: [string, string][] = [['inference-header-content-length', String(text.length)]];
      const request = isCompressed
        ? post(gzipSync(whole), ...headers, ['content-encoding', 'gzip'])
        : post(whole, ...headers);
      expect(await send(requestBytes(request))).toHaveLength(1);
    }),
    { numRuns: scaledRuns(400) },
  );
});

test('data nested as deep as its shape is long', async () => {
  const tensor = { name: 'h_packed', shape: Array(20_000).fill(1), datatype: 'UINT8', data: 'nest 20000' };
  const [answer] = await send(requestBytes(post(Buffer.from(jsonText({ ...message(), inputs: [tensor] })))));
  expect(answer.status).toBe(400);
});

test('damaged bodies, damaged gzip streams, and lengths that lie', async () => {
  const lengths = fc.oneof(
    fc.integer({ min: -5, max: body.length + 5 }).map(String),
    fc.constantFrom('', '0x10', '1e2', '١', '9'.repeat(30), '5, 5'),
  );
  await fc.assert(
    fc.asyncProperty(
      damage,
      fc.constantFrom('json', 'body', 'gzip'),
      fc.option(lengths),
      async (change, what, length) => {
        const header: [string, string] = ['inference-header-content-length', length ?? jsonLength[1]];
        const changed =
          what === 'json'
            ? Buffer.concat([change(json), right.packed])
            : change(what === 'body' ? body : gzipSync(body));
        const request = what === 'gzip' ? post(changed, header, ['content-encoding', 'gzip']) : post(changed, header);
        expect(await send(requestBytes(request))).toHaveLength(1);
      },
    ),
    { numRuns: scaledRuns(400) },
  );
});

/** Header lines that change how a request is read. */
const headerLines = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      'content-length',
      'transfer-encoding',
      'content-encoding',
      'content-type',
      'host',
      'expect',
      'connection',
      'accept-encoding',
    ),
    fc.constantFrom(
      '',
      '0',
      '5',
      '-1',
      '99999999999999999999',
      'chunked',
      'gzip',
      'gzip, chunked',
      'br',
      '100-continue',
      ';;',
      'close',
      'upgrade',
      'é',
    ),
  ),
  fc.tuple(fc.stringMatching(/^[!-~]{1,12}$/), fc.stringMatching(/^[ -~]{0,40}$/)),
  fc.tuple(
    fc.constant('authorization'),
    fc.nat(20_000).map((size) => 'a'.repeat(size)),
  ),
) as fc.Arbitrary<[string, string]>;

test('heads that are no or strange HTTP', async () => {
  const methods = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('POST', 'GET', 'PUT', 'OPTIONS', 'PROPFIND', 'DELETE') },
    fc.stringMatching(/^[ -~]{0,8}$/),
  );
  const targets = fc.oneof(
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        INFER,
        '/v2',
        '/v2/models/default',
        '*',
        '/v2/models/%zz/infer',
        `/v2/models/${'a'.repeat(2000)}`,
        '//',
        'http://[::1/',
      ),
    },
    fc.webPath(),
    fc.stringMatching(/^\/[!-~]{0,30}$/),
  );
  const heads = fc.record({
    method: methods,
    path: targets,
    lines: fc.array(headerLines, { maxLength: 3 }),
    isHosted: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(heads, fc.option(damage), async ({ method, path, lines, isHosted }, change) => {
      const headers: [string, string][] = [
        ...(isHosted ? [['host', 'x'] as [string, string]] : []),
        jsonLength,
        ...lines,
        ['connection', 'close'],
      ];
      const bytes = requestBytes({ method, path, headers, body: method === 'GET' ? Buffer.alloc(0) : body });
      // Half a request, a tunnel or a second request may be left without an answer, but never with a wrong one.
      await send(change === null ? bytes : change(bytes), 30);
    }),
    { numRuns: scaledRuns(400) },
  );
});

/** Requests, and the milliseconds after which the sender ends those that are incomplete. */
test.each<[string, string, number, number?]>([
  ['no HTTP', 'HELLO\r\n\r\n', 400],
  ['half a head', 'GET /v2 HTTP/1.1\r\nho', 400, 100],
  ['half a body', `POST ${INFER} HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\nabc`, 400, 100],
  ['a broken chunk', `POST ${INFER} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc`, 400],
  ['no host', 'GET /v2 HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
  ['an expectation', 'GET /v2 HTTP/1.1\r\nhost: x\r\nexpect: tea\r\n\r\n', 417],
  ['a path that is not encoded', 'GET /v2/models/%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 400],
  ['a long path', `GET /v2/models/${'a'.repeat(3000)} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`, 414],
  ['long headers', `GET /v2 HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
  [
    'an unknown media type',
    `POST ${INFER} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: ;;\r\ncontent-length: 1\r\n\r\na`,
    415,
  ],
])('%s is refused in the words of the protocol', async (_what, text, status, patience) => {
  expect((await send(Buffer.from(text), patience)).map((answer) => answer.status)).toEqual([status]);
});

test('memory stays bounded under bombs, crowds and nests', unless(noLinux), async () => {
  const bomb = requestBytes(post(gzipSync(Buffer.alloc(64 << 20)), ['content-encoding', 'gzip']));
  const large = requestBytes(post(Buffer.alloc(99_000, '[')));
  const before = await peakBytes(server.pid);
  for (let round = 0; round < 4; round++) {
    const crowd = await Promise.all(
      Array.from({ length: 60 }, (_, i) => exchange(port, i % 2 ? bomb : large).then(parseAnswers)),
    );
    for (const [answer] of crowd) expect([400, 413, 503]).toContain(answer?.status ?? 413);
  }
  // 240 requests that ask for 7.5 GiB.
  expect((await peakBytes(server.pid)) - before).toBeLessThan(150 * 2 ** 20);
});

test('and after all that it still computes', async () => {
  const [answer] = await send(requestBytes(post(body, jsonLength)));
  const { outputs } = JSON.parse(answer.body) as { outputs: { data: number[] }[] };
  expect(outputs.map(({ data }) => data)).toEqual([[...right.y], Array.from(right.best, Number)]);
  expect(server.exitCode).toBeNull();
});

/** Most memory that a process ever held. */
async function peakBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
