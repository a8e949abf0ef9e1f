import { brotliCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packBits } from '../../../src/numerics/pack.js';
import { createServer } from '../../../src/runtime/cloud/server.js';
import { CODING_PARAMETER, decodeTensorBytes, encodeTensorBytes } from '../../../src/runtime/codecs/coding.js';
import { ProtocolError } from '../../../src/runtime/errors.js';
import type { SplitSpec, WireTensor } from '../../../src/runtime/spec.js';
import { bytesElement, decodeRequest, encodeRequest, HEADER_LENGTH } from '../../../src/runtime/wire/oip.js';
import { decodeWire, encodeWire, type Payload } from '../../../src/runtime/wire/wire.js';
import { splitSpec } from '../fixture.js';

const codes = Uint8Array.from({ length: 640 }, (_, i) => (i % 20 < 13 ? 0 : (i % 7) + 1));
const wire: WireTensor = {
  name: 'h',
  shape: [1, 4, 8, 20],
  dtype: 'float32',
  bits: 4,
  scale: [0.5],
  zeroPoint: [0],
  encoding: 'arithmetic',
  packedBytes: 320,
  source: { kind: 'output', name: 'h' },
};
const plain: WireTensor = {
  ...wire,
  name: 'ids',
  dtype: 'int64',
  shape: [1, 40],
  bits: 64,
  encoding: 'brotli',
  scale: undefined,
  zeroPoint: undefined,
};
const spec: SplitSpec = { ...splitSpec, wire: [wire, plain], cloudOutputs: ['y'] };
const payload: Payload = {
  h: packBits(codes, 4),
  ids: new Uint8Array(BigInt64Array.from({ length: 40 }, (_, i) => BigInt(i)).buffer),
};

test('coded tensors travel as one element each that says how it is coded, and are smaller', async () => {
  const { body, headers } = await encodeWire(spec, payload);
  expect(headers['content-encoding']).toBeUndefined();
  const request = decodeRequest(body, headers[HEADER_LENGTH]);
  expect(request.inputs.map(({ datatype, shape, parameters }) => ({ datatype, shape, parameters }))).toEqual([
    { datatype: 'BYTES', shape: [1], parameters: { [CODING_PARAMETER]: 'arithmetic' } },
    { datatype: 'BYTES', shape: [1], parameters: { [CODING_PARAMETER]: 'brotli' } },
  ]);
  expect(request.inputs[0].bytes.length).toBeLessThan(160);
  expect(request.inputs[1].bytes.length).toBeLessThan(320);
  const arrived = await decodeWire(spec, request);
  expect([...arrived.h]).toEqual([...payload.h]);
  expect([...arrived.ids]).toEqual([...payload.ids]);
});

test('a client that knows no codings may send the packed codes', async () => {
  const { body, headers } = await encodeWire(spec, payload, true);
  expect(headers['content-encoding']).toBe('gzip');
  const inputs = [
    { name: 'h', datatype: 'UINT8' as const, shape: [320], bytes: payload.h },
    { name: 'ids', datatype: 'INT64' as const, shape: [1, 40], bytes: payload.ids },
  ];
  const arrived = await decodeWire(spec, { parameters: {}, inputs, binaryOutput: true });
  expect([...arrived.h]).toEqual([...payload.h]);
  expect(body.length).toBeGreaterThan(0);
});

test('whatever is said to be coded is decoded to the length of the tensor or refused', async () => {
  const refusedOr = async (tensor: WireTensor, content: Uint8Array) => {
    const bytes = await decodeTensorBytes(tensor, content).catch((error: unknown) => {
      expect(error).toBeInstanceOf(ProtocolError);
      expect((error as ProtocolError).status).toBe(400);
      return undefined;
    });
    if (bytes) expect(bytes.length).toBe(tensor.packedBytes);
  };
  const right = await Promise.all([encodeTensorBytes(wire, payload.h), encodeTensorBytes(plain, payload.ids)]);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.nat(400), fc.nat(255), async (noise, at, byte) => {
      for (const [i, tensor] of [wire, plain].entries()) {
        await refusedOr(tensor, noise);
        const damaged = Uint8Array.from(right[i]);
        damaged[at % damaged.length] = byte;
        await refusedOr(tensor, damaged);
        await refusedOr(tensor, damaged.subarray(0, at % damaged.length));
      }
    }),
    { numRuns: 200 },
  );
  // A stream that would become a gigabyte stops at what the tensor has.
  await expect(decodeTensorBytes(plain, brotliCompressSync(new Uint8Array(2 ** 24)))).rejects.toThrow(/320 bytes/);
});

test('the server gives the model what was coded, and refuses the rest with 400', async () => {
  const seen: Payload[] = [];
  const y = { name: 'y', datatype: 'FP32' as const, shape: [1, 2, 5, 4], bytes: new Uint8Array(160) };
  const run = async (given: Payload) => {
    seen.push(given);
    return [y];
  };
  const app = createServer(spec, { run, close: async () => {} });
  const post = async (body: Uint8Array, headers: Record<string, string>) =>
    app.inject({ method: 'POST', url: '/v2/models/default/infer', payload: Buffer.from(body), headers });
  const { body, headers } = await encodeWire(spec, payload);
  expect((await post(body, headers)).statusCode).toBe(200);
  expect([...seen[0].h]).toEqual([...payload.h]);
  const element = (encoding: string | undefined, content: Uint8Array) => ({
    name: 'h',
    datatype: 'BYTES' as const,
    shape: [1],
    bytes: bytesElement(content),
    ...(encoding && { parameters: { [CODING_PARAMETER]: encoding } }),
  });
  const coded = await encodeTensorBytes(wire, payload.h);
  const ids = { name: 'ids', datatype: 'INT64' as const, shape: [1, 40], bytes: payload.ids };
  for (const [input, message] of [
    [element(undefined, coded), /autosplit_encoding must be arithmetic/],
    [element('brotli', coded), /autosplit_encoding must be arithmetic/],
    [element('arithmetic', new Uint8Array()), /no valid arithmetic stream of 320 bytes/],
    [element('arithmetic', Uint8Array.of(...coded, 0)), /no valid arithmetic stream/],
    [{ ...element('arithmetic', coded), shape: [2] }, /must have shape \[1\]/],
  ] as const) {
    const request = encodeRequest({
      parameters: { autosplit_digest: spec.digest },
      inputs: [{ ...input, shape: [...input.shape] }, ids],
      binaryOutput: true,
    });
    const answer = await post(Buffer.concat([request.json, ...request.binary]), {
      [HEADER_LENGTH]: String(request.json.length),
      'content-type': 'application/octet-stream',
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatch(message);
  }
  expect(seen.length).toBe(1);
  await app.close();
});
