import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOf, concatBytes, type Datatype } from '../../../src/runtime/types.js';
import {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  type InferRequest,
  type Message,
  type OipTensor,
} from '../../../src/runtime/wire/oip.js';

const MAKERS: Partial<Record<Datatype, (values: number[]) => ArrayBufferView>> = {
  FP32: (values) => Float32Array.from(values, (v) => v / 7),
  FP64: (values) => Float64Array.from(values, (v) => v / 7),
  INT64: (values) => BigInt64Array.from(values, (v) => BigInt(v) * 1_000_003n),
  INT32: (values) => Int32Array.from(values, (v) => v * 1003),
  INT16: (values) => Int16Array.from(values),
  INT8: (values) => Int8Array.from(values),
  UINT8: (values) => Uint8Array.from(values),
  UINT16: (values) => Uint16Array.from(values),
  BOOL: (values) => Uint8Array.from(values, (v) => v & 1),
};

const tensors: fc.Arbitrary<OipTensor[]> = fc
  .uniqueArray(fc.string({ minLength: 1 }), { maxLength: 4 })
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc
          .record({
            datatype: fc.constantFrom(...(Object.keys(MAKERS) as Datatype[])),
            values: fc.array(fc.integer({ min: -20000, max: 20000 })),
          })
          .map(({ datatype, values }) => ({
            name,
            datatype,
            shape: [1, values.length],
            bytes: bytesOf(MAKERS[datatype]?.(values) ?? new Uint8Array()),
          })),
      ),
    ),
  );

const body = ({ json, binary }: Message) => concatBytes([json, ...binary]);

test('requests survive the way there, as binary data and as JSON', () => {
  fc.assert(
    fc.property(
      tensors,
      fc.constantFrom('binary' as const, 'json' as const),
      fc.option(fc.string(), { nil: undefined }),
      (inputs, as, id) => {
        const request: InferRequest = {
          parameters: { a: 1, binary_data_output: true },
          inputs,
          outputs: [{ name: 'y', binary: false }],
          binaryOutput: true,
          ...(id === undefined ? {} : { id }),
        };
        const message = encodeRequest(request, as);
        const decoded = decodeRequest(body(message), String(message.json.length));
        expect(decoded).toEqual({
          ...request,
          inputs: inputs.map((input) => ({ ...input, bytes: Uint8Array.from(input.bytes) })),
        });
      },
    ),
  );
});

test('responses survive the way back, each output in its own form', () => {
  fc.assert(
    fc.property(tensors, fc.func(fc.boolean()), (outputs, isBinary) => {
      const response = { modelName: 'm', modelVersion: '1', parameters: {}, outputs };
      const message = encodeResponse(response, isBinary);
      const decoded = decodeResponse(body(message), String(message.json.length));
      expect(decoded).toEqual({
        ...response,
        outputs: outputs.map((output) => ({ ...output, bytes: Uint8Array.from(output.bytes) })),
      });
    }),
  );
});

/** The request of the binary tensor data extension's documentation, byte by byte. */
test('the documented binary request is read', () => {
  const json = JSON.stringify({
    model_name: 'mymodel',
    inputs: [
      { name: 'input0', shape: [2, 2], datatype: 'INT32', parameters: { binary_data_size: 16 } },
      { name: 'input1', shape: [3], datatype: 'BOOL', parameters: { binary_data_size: 3 } },
    ],
    outputs: [{ name: 'output0', parameters: { binary_data: true } }],
  });
  const bytes = Buffer.concat([
    Buffer.from(json),
    Buffer.from([1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 255, 255, 255, 255, 1, 0, 1]),
  ]);
  const request = decodeRequest(bytes, String(json.length));
  expect(request.inputs.map(({ name, shape }) => [name, shape])).toEqual([
    ['input0', [2, 2]],
    ['input1', [3]],
  ]);
  expect([...new Int32Array(new Uint8Array(request.inputs[0].bytes).buffer)]).toEqual([1, 2, 3, -1]);
  expect([...request.inputs[1].bytes]).toEqual([1, 0, 1]);
  expect(request.outputs).toEqual([{ name: 'output0', binary: true }]);
});

test('nested and flat JSON data are the same tensor', () => {
  const of = (data: unknown) =>
    decodeRequest(
      Buffer.from(JSON.stringify({ inputs: [{ name: 'x', shape: [2, 2], datatype: 'FP32', data }] })),
      undefined,
    ).inputs[0].bytes;
  expect(of([[1, 2], [3, 4]])).toEqual(of([1, 2, 3, 4])); // biome-ignore format: as in the protocol's documentation
});

const tensor = (fields: object) =>
  JSON.stringify({ inputs: [{ name: 'x', shape: [2], datatype: 'UINT8', ...fields }] });

test.each([
  ['', undefined, /valid JSON/],
  ['{"inputs": [', undefined, /valid JSON/],
  ['[]', undefined, /must be an object/],
  ['{}', undefined, /inputs must be an array/],
  ['{"inputs":[{}]}', undefined, /no name/],
  ['{"inputs":[null]}', undefined, /must be an object/],
  [tensor({ datatype: 'FLOAT' }), undefined, /datatype must be one of/],
  [tensor({ datatype: 'toString' }), undefined, /datatype must be one of/],
  [tensor({ shape: [-1] }), undefined, /shape must be/],
  [tensor({ shape: 2 }), undefined, /shape must be/],
  [tensor({}), undefined, /data must be an array/],
  [tensor({ data: [1] }), undefined, /1 elements where its shape has 2/],
  [tensor({ data: [1, 256] }), undefined, /integers in 0..255/],
  [tensor({ data: [1, 0.5] }), undefined, /integers in 0..255/],
  [tensor({ data: [1, null] }), undefined, /integers in 0..255/],
  [tensor({ data: [1, [[2]]] }), undefined, /integers in 0..255/],
  [tensor({ datatype: 'FP32', data: [1, 'a'] }), undefined, /must be numbers/],
  [tensor({ datatype: 'BOOL', data: [1, 2] }), undefined, /must be booleans/],
  [tensor({ datatype: 'INT64', data: [1, 2 ** 60] }), undefined, /integers in/],
  [tensor({ datatype: 'FP16', data: [1, 2] }), undefined, /binary data/],
  [tensor({ datatype: 'BYTES', data: ['a', 'b'] }), undefined, /binary data/],
  [tensor({ parameters: { binary_data_size: 2 } }), undefined, /body ends before/],
  [tensor({ parameters: { binary_data_size: -1 } }), undefined, /whole number/],
  [tensor({ parameters: { binary_data_size: 1e30 } }), undefined, /whole number/],
  [tensor({ parameters: { binary_data_size: 2 }, data: [1, 2] }), undefined, /both/],
  [tensor({ data: [1, 2] }), '1e1', /whole number/],
  [tensor({ data: [1, 2] }), '-5', /whole number/],
  [tensor({ data: [1, 2] }), '1, 2', /whole number/],
  [tensor({ data: [1, 2] }), '5', /valid JSON/],
  [tensor({ data: [1, 2] }), '9999', /the body has/],
  [`${tensor({ data: [1, 2] })}ab`, String(tensor({ data: [1, 2] }).length), /2 bytes follow/],
  [
    `${tensor({ parameters: { binary_data_size: 3 } })}abc`,
    String(tensor({ parameters: { binary_data_size: 3 } }).length),
    /3 bytes where its shape has 2/,
  ],
])('a broken request is refused: %s %s', (text, header, message) => {
  expect(() => decodeRequest(Buffer.from(text), header)).toThrow(
    expect.objectContaining({ status: 400, message: expect.stringMatching(message) }),
  );
});

test('what JSON cannot say is not said wrongly', () => {
  const nan = { name: 'y', datatype: 'FP32' as const, shape: [1], bytes: bytesOf(Float32Array.of(Number.NaN)) };
  const half = { name: 'y', datatype: 'FP16' as const, shape: [1], bytes: new Uint8Array(2) };
  for (const output of [nan, half]) {
    const response = { modelName: 'm', parameters: {}, outputs: [output] };
    expect(() => encodeResponse(response, () => false)).toThrow(/binary data/);
    expect(encodeResponse(response, () => true).binary).toHaveLength(1);
  }
});
