import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { bfloat16sToFloat32, float16sToFloat32, float16ToNumber, numberToFloat16 } from '../../src/numerics/float16.js';
import { onnxFile } from '../runtime/onnx.js';
import { HALVES } from '../samples/fixtures.js';
import { unless } from '../skips/unless.js';

const ALL = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);
const FLOAT32 = 1;
const FLOAT16 = 10;

/** What onnxruntime's Cast makes of values; float16 as bit patterns. */
async function cast(
  from: 'float16' | 'float32',
  to: 'float16' | 'float32',
  values: Uint16Array | Float32Array,
): Promise<ArrayBufferView> {
  const dims = [values.length];
  const model = onnxFile({
    inputs: [['x', from, dims]],
    outputs: [['y', to, dims]],
    nodes: [{ op: 'Cast', inputs: ['x'], outputs: ['y'], attributes: { to: to === 'float16' ? FLOAT16 : FLOAT32 } }],
    initializers: [],
  });
  const session = await InferenceSession.create(model, { logSeverityLevel: 3 });
  const { y } = await session.run({ x: new Tensor(from, values as Float32Array, dims) });
  await session.release();
  return y.data as unknown as ArrayBufferView;
}

const patternsOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  new Uint16Array(buffer, byteOffset, byteLength / 2);

/** The first entries that differ; NaN is NaN, and -0 is not 0. */
const differences = (found: ArrayLike<number>, expected: ArrayLike<number>): [number, number, number][] =>
  Array.from(found, (value, i): [number, number, number] => [i, value, expected[i]])
    .filter(([, a, b]) => !Object.is(a, b))
    .slice(0, 5);

describe('float16', () => {
  it('is decoded as onnxruntime decodes it, every pattern', async () => {
    const expected = (await cast('float16', 'float32', ALL)) as Float32Array;
    expect(expected).toHaveLength(0x10000);
    expect(differences(float16sToFloat32(ALL), expected)).toEqual([]);
    expect(differences(Float64Array.from(ALL, float16ToNumber), expected)).toEqual([]);
  });

  const read = Reflect.get(DataView.prototype, 'getFloat16') as ((at: number) => number) | undefined;
  const noFloat16 = read ? undefined : 'this Node.js has no DataView.getFloat16';
  it('is decoded as the platform does it, where it can', unless(noFloat16), () => {
    const view = new DataView(new ArrayBuffer(2));
    const expected = Float64Array.from(ALL, (bits) => {
      view.setUint16(0, bits);
      return read?.call(view, 0) ?? 0;
    });
    expect(differences(float16sToFloat32(ALL), expected)).toEqual([]);
  });

  it('comes back from its own value, every pattern but those of NaN', () => {
    const back = Uint16Array.from(ALL, (bits) => numberToFloat16(float16ToNumber(bits)));
    const isNaNPattern = (bits: number) => (bits & 0x7fff) > 0x7c00;
    expect(
      differences(
        back,
        Uint16Array.from(ALL, (bits) => (isNaNPattern(bits) ? 0x7e00 : bits)),
      ),
    ).toEqual([]);
  });

  it('rounds as onnxruntime rounds: on both sides of every value, in every gap, and halfway', async () => {
    const step = new Float32Array(1);
    const bits = new Uint32Array(step.buffer);
    /** The neighbour of a positive float32, one unit up or down. */
    const beside = (value: number, units: number) => {
      step[0] = value;
      bits[0] += units;
      return step[0];
    };
    const values: number[] = [];
    for (let pattern = 0; pattern < 0x7c00; pattern++) {
      const [low, high] = [float16ToNumber(pattern), pattern === 0x7bff ? 65536 : float16ToNumber(pattern + 1)];
      const middle = (low + high) / 2;
      values.push(low, beside(low, 1), beside(middle, -1), middle, beside(middle, 1), beside(high, -1));
    }
    values.push(65536, 1e9, Number.POSITIVE_INFINITY);
    const both = Float32Array.from([...values, ...values.map((value) => -value)]);
    const expected = patternsOf(await cast('float32', 'float16', both));
    expect(differences(Uint16Array.from(both, numberToFloat16), expected)).toEqual([]);
    expect(numberToFloat16(Number.NaN)).toBe(0x7e00);
  });

  it('rounds as numpy rounds', () => {
    for (const [value, half] of HALVES) expect([value, numberToFloat16(value)]).toEqual([value, half]);
  });
});

it('bfloat16 is the upper half of a float32, every pattern', () => {
  const view = new DataView(new ArrayBuffer(4));
  const expected = Float64Array.from(ALL, (bits) => {
    view.setUint16(0, bits);
    return view.getFloat32(0);
  });
  expect(differences(bfloat16sToFloat32(ALL), expected)).toEqual([]);
});
