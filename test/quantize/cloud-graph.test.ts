import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openInference } from '../../src/inference/session.js';
import { dequantizeAffine } from '../../src/numerics/affine.js';
import { packBits } from '../../src/numerics/pack.js';
import { makeNode } from '../../src/onnx/build.js';
import type { Layer, Model } from '../../src/onnx/graph.js';
import { writeModel } from '../../src/onnx/write.js';
import { cloudGraph } from '../../src/quantize/cloud-graph.js';
import type { WireTensor } from '../../src/runtime/spec.js';

/** x -> Relu -> mid -> Neg -> y; the Neg is in the cloud. */
function network(shape: number[]): { model: Model; layers: Layer[] } {
  const fact = (name: string) => ({ name, dtype: 'float32' as const, shape });
  const nodes = [makeNode('Relu', ['x'], ['mid']), makeNode('Neg', ['mid'], ['y'])];
  const graph = {
    name: 'g',
    nodes,
    inputs: [fact('x')],
    outputs: [fact('y')],
    initializers: new Map(),
    values: new Map([['mid', fact('mid')]]),
  };
  const layers = nodes.map(
    (node, i): Layer => ({
      name: node.name,
      op: node.op,
      nodes: [i],
      inputs: node.inputs,
      outputs: node.outputs,
      initializers: [],
    }),
  );
  return { model: { irVersion: 8, producer: 'test', opsets: new Map([['', 13]]), graph, functions: [] }, layers };
}

async function negate(wire: WireTensor, bytes: Uint8Array | Uint16Array): Promise<Float32Array> {
  const { model, layers } = network(wire.shape);
  const cloud = cloudGraph(model, layers, new Set([0]), [wire], ['y']);
  const session = await openInference(writeModel(cloud, { externalize: false }).skeleton);
  const port =
    bytes instanceof Uint16Array
      ? { dtype: 'uint16' as const, shape: wire.shape }
      : { dtype: 'uint8' as const, shape: [bytes.length] };
  const { y } = await session.run({ mid: { ...port, data: bytes } });
  await session.close();
  return y.data as unknown as Float32Array;
}

describe('head of the cloud model', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('unpacks and dequantizes %i bits as the codes say', async (bits) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 2 ** bits - 1 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 0, max: 2 ** bits - 1 }),
        async (list, zeroPoint) => {
          const codes = Uint8Array.from(list);
          const scale = Math.fround(0.037);
          const packed = packBits(codes, bits);
          const wire: WireTensor = {
            name: 'mid',
            shape: [1, codes.length],
            dtype: 'float32',
            bits,
            scale: [scale],
            zeroPoint: [zeroPoint],
            encoding: 'raw',
            packedBytes: packed.length,
            source: { kind: 'output', name: 'mid_quantized' },
          };
          expect([...(await negate(wire, packed))].map((value) => -value)).toEqual([
            ...dequantizeAffine(codes, scale, zeroPoint),
          ]);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('dequantizes per channel with zero-points between codes', async () => {
    const wire: WireTensor = {
      name: 'mid',
      shape: [1, 2, 1, 2],
      dtype: 'float32',
      bits: 8,
      scale: [0.5, 0.25],
      zeroPoint: [123.5, 0],
      axis: 1,
      encoding: 'raw',
      packedBytes: 4,
      source: { kind: 'input' },
    };
    expect([...(await negate(wire, Uint8Array.of(123, 124, 4, 255)))]).toEqual([0.25, -0.25, -1, -63.75]);
  });

  it('takes 16-bit codes as they are', async () => {
    const wire: WireTensor = {
      name: 'mid',
      shape: [1, 3],
      dtype: 'float32',
      bits: 16,
      scale: [2 ** -15],
      zeroPoint: [32768],
      encoding: 'raw',
      packedBytes: 6,
      source: { kind: 'input' },
    };
    expect([...(await negate(wire, Uint16Array.of(0, 32768, 65535)))]).toEqual([1, -0, -32767 / 32768]);
  });
});
