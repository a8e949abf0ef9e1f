import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packBits, unpackBits } from '../../../src/numerics/pack.js';
import { inflateBody } from '../../../src/runtime/codecs/deflate/inflate.js';
import type { PortType, SplitSpec, WireTensor } from '../../../src/runtime/spec.js';
import { arrayOf, ELEMENT_BYTES } from '../../../src/runtime/types.js';
import { decodeRequest, encodeRequest, HEADER_LENGTH } from '../../../src/runtime/wire/oip.js';
import { decodeWire, encodeWire, requestLimit } from '../../../src/runtime/wire/wire.js';
import { splitSpec } from '../fixture.js';

const wires: fc.Arbitrary<{ wire: WireTensor; bytes: Uint8Array }[]> = fc
  .uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 })
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc
          .record({
            bits: fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8, 16),
            isQuantized: fc.boolean(),
            encoding: fc.constantFrom('raw', 'deflate', 'arithmetic', 'brotli'),
            count: fc.nat(40),
            dtype: fc.constantFrom<PortType>('float32', 'int64', 'bool', 'uint8'),
            cloudInput: fc.option(fc.constant(`${name}_packed`), { nil: undefined }),
          })
          .chain(({ bits, isQuantized, encoding, count, dtype, cloudInput }) => {
            const isCodable = encoding !== 'arithmetic' || (isQuantized && bits <= 8);
            const packedBytes = isQuantized ? Math.ceil((count * bits) / 8) : count * ELEMENT_BYTES[dtype];
            const quantizer = isQuantized ? { bits, scale: [1], zeroPoint: [0] } : { bits: 8 * ELEMENT_BYTES[dtype] };
            const wire = {
              name,
              shape: [1, count],
              dtype,
              encoding: isCodable ? encoding : 'raw',
              packedBytes,
              cloudInput,
              source: { kind: 'input' as const },
              ...quantizer,
            };
            return fc
              .uint8Array({ minLength: packedBytes, maxLength: packedBytes })
              .map((bytes) => ({ wire, bytes: padded(wire, bytes) }));
          }),
      ),
    ),
  );

/** Bytes as the edge side packs them: the bits behind the last code are zero. */
const padded = ({ shape, bits, scale }: WireTensor, bytes: Uint8Array) =>
  scale && bits < 8 ? packBits(unpackBits(bytes, shape[1], bits), bits) : bytes;

test('whatever crosses arrives byte for byte', async () => {
  await fc.assert(
    fc.asyncProperty(wires, fc.boolean(), async (list, standard) => {
      const spec: SplitSpec = { ...splitSpec, wire: list.map(({ wire }) => wire) };
      const payload = Object.fromEntries(list.map(({ wire, bytes }) => [wire.name, bytes]));
      const { body, headers } = await encodeWire(spec, payload, standard);
      const isDeflated = ({ wire: { encoding } }: { wire: WireTensor }) =>
        encoding === 'deflate' || (standard && encoding !== 'raw');
      expect(headers['content-encoding'] === 'gzip').toBe(list.some(isDeflated));
      const plain = await inflateBody(body, headers['content-encoding'], 1e6);
      const request = decodeRequest(plain, headers[HEADER_LENGTH]);
      if (standard)
        expect(request.inputs.every(({ datatype, parameters }) => datatype !== 'BYTES' && !parameters)).toBe(true);
      const arrived = await decodeWire(spec, request);
      for (const { wire, bytes } of list) expect([...arrived[wire.name]]).toEqual([...bytes]);
    }),
  );
});

test('a request in JSON fits within the limit, however long its numbers', () => {
  const of = (dtype: PortType): WireTensor => ({
    name: dtype,
    shape: [1000],
    dtype,
    bits: 8 * ELEMENT_BYTES[dtype],
    encoding: 'raw',
    packedBytes: 0,
    source: { kind: 'input' },
  });
  const longest = { FP32: Float32Array, FP64: Float64Array };
  for (const [datatype, make] of Object.entries(longest)) {
    const data = new make(1000).fill(-1.2345678901234567e-38);
    const input = {
      name: 'x',
      datatype: datatype as 'FP32' | 'FP64',
      shape: [1000],
      bytes: new Uint8Array(data.buffer),
    };
    const { json } = encodeRequest({ parameters: {}, inputs: [input], binaryOutput: false }, 'json');
    const limit = requestLimit([of(datatype === 'FP32' ? 'float32' : 'float64')]);
    expect(json.length).toBeLessThan(limit);
    expect(json.length).toBeGreaterThan(limit - 65_536 - 4000);
  }
  expect(requestLimit([of('uint8')])).toBe(65_536 + 4000);
});

test('arrays over bytes at odd places of a Buffer are right', () => {
  const file = Buffer.concat([Buffer.of(9), Buffer.from(Float32Array.of(1.5, -2).buffer), Buffer.of(9)]);
  expect(arrayOf('float32', file.subarray(1, 9))).toEqual(Float32Array.of(1.5, -2));
});
