/**
 * A split with everything in it: an edge model with packed external weights, a quantized crossing tensor, a graph input
 * that crosses as it is, and outputs on both sides. `expected` computes the same in plain JavaScript.
 */
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embedSpec } from '../../src/runtime/embed.js';
import type { SplitSpec } from '../../src/runtime/spec.js';
import { onnxFile, tensor } from './onnx.js';

export const SHAPE = [1, 2, 5, 4];
export const COUNT = 40;
const SCALE = 0.25;
/** Weights of 4 bits, one per element, and their scale. */
const WEIGHTS = Int8Array.from({ length: COUNT }, (_, i) => ((i * 5) % 15) - 7);
const WEIGHT_SCALE = 0.125;

export const splitSpec: SplitSpec = {
  version: 1,
  name: 'default',
  decision: 'split',
  digest: 'a'.repeat(64),
  inputs: [
    { name: 'x', dtype: 'float32', shape: SHAPE },
    { name: 'mask', dtype: 'bool', shape: SHAPE },
  ],
  outputs: [
    { name: 'y', dtype: 'float32', shape: SHAPE },
    { name: 'early', dtype: 'float32', shape: [1, 2, 1, 1] },
    { name: 'best', dtype: 'int64', shape: [1, 5, 4] },
  ],
  wire: [
    {
      name: 'h',
      shape: SHAPE,
      dtype: 'float32',
      bits: 4,
      scale: [SCALE],
      zeroPoint: [0],
      encoding: 'deflate',
      packedBytes: 20,
      cloudInput: 'h_packed',
      source: { kind: 'output', name: 'h_codes' },
    },
    {
      name: 'mask',
      shape: SHAPE,
      dtype: 'bool',
      bits: 8,
      encoding: 'raw',
      packedBytes: COUNT,
      source: { kind: 'input' },
    },
  ],
  edgeOutputs: ['early'],
  cloudOutputs: ['y', 'best'],
  deliver: 'edge',
  edge: {
    model: 'model.onnx',
    weights: {
      file: 'weights.bin',
      bytes: 24,
      parts: [
        { name: 'w', bits: 4, offset: 0, length: 20, unpackedOffset: 0, unpackedLength: COUNT },
        { name: 'w_scale', bits: 'raw', offset: 20, length: 4, unpackedOffset: 64, unpackedLength: 4 },
      ],
    },
    inputs: ['x'],
  },
  cloud: { model: 'model.onnx', files: ['model.onnx'], maxRequestBytes: 100_000 },
};

/** weights.bin: two codes per byte, the lower half first, then the scale as it is. */
export function weightsFile(): Uint8Array {
  const packed = Uint8Array.from({ length: 20 }, (_, i) => (WEIGHTS[2 * i] & 15) | ((WEIGHTS[2 * i + 1] & 15) << 4));
  return Uint8Array.from([...packed, ...new Uint8Array(Float32Array.of(WEIGHT_SCALE).buffer)]);
}

export function edgeModelFile(): Uint8Array {
  return onnxFile({
    inputs: [['x', 'float32', SHAPE]],
    outputs: [
      ['h_codes', 'uint8', SHAPE],
      ['early', 'float32', [1, 2, 1, 1]],
    ],
    initializers: [
      { name: 'w', dtype: 'int8', dims: SHAPE, data: { location: 'weights.bin', offset: 0, length: COUNT } },
      { name: 'w_scale', dtype: 'float32', dims: [], data: { location: 'weights.bin', offset: 64, length: 4 } },
      tensor('top', [], Float32Array.of(15 * SCALE)),
      tensor('zero', [], Float32Array.of(0)),
      tensor('scale', [], Float32Array.of(SCALE)),
      tensor('zp', [], Uint8Array.of(0)),
    ],
    nodes: [
      { op: 'DequantizeLinear', inputs: ['w', 'w_scale'], outputs: ['wf'] },
      { op: 'Mul', inputs: ['x', 'wf'], outputs: ['product'] },
      { op: 'Clip', inputs: ['product', 'zero', 'top'], outputs: ['h'] },
      { op: 'QuantizeLinear', inputs: ['h', 'scale', 'zp'], outputs: ['h_codes'] },
      { op: 'GlobalAveragePool', inputs: ['x'], outputs: ['early'] },
    ],
  });
}

export function cloudModelFile(): Uint8Array {
  return onnxFile({
    inputs: [
      ['h_packed', 'uint8', [20]],
      ['mask', 'bool', SHAPE],
    ],
    outputs: [
      ['y', 'float32', SHAPE],
      ['best', 'int64', [1, 5, 4]],
    ],
    initializers: [
      tensor('sixteen', [], Int32Array.of(16)),
      tensor('column', [2], BigInt64Array.of(20n, 1n)),
      tensor('shape', [4], BigInt64Array.from(SHAPE, BigInt)),
      tensor('scale', [], Float32Array.of(SCALE)),
      tensor('zero', [], Float32Array.of(0)),
    ],
    nodes: [
      { op: 'Cast', inputs: ['h_packed'], outputs: ['p'], attributes: { to: 6 } },
      { op: 'Mod', inputs: ['p', 'sixteen'], outputs: ['low'] },
      { op: 'Div', inputs: ['p', 'sixteen'], outputs: ['high'] },
      { op: 'Reshape', inputs: ['low', 'column'], outputs: ['low1'] },
      { op: 'Reshape', inputs: ['high', 'column'], outputs: ['high1'] },
      { op: 'Concat', inputs: ['low1', 'high1'], outputs: ['pairs'], attributes: { axis: 1 } },
      { op: 'Reshape', inputs: ['pairs', 'shape'], outputs: ['codes'] },
      { op: 'Cast', inputs: ['codes'], outputs: ['codesf'], attributes: { to: 1 } },
      { op: 'Mul', inputs: ['codesf', 'scale'], outputs: ['h'] },
      { op: 'Where', inputs: ['mask', 'h', 'zero'], outputs: ['y'] },
      { op: 'ArgMax', inputs: ['y'], outputs: ['best'], attributes: { axis: 1, keepdims: 0 } },
    ],
  });
}

/** Inputs that fall on ties, beyond both ends and between. */
export function exampleInputs(seed = 0): { x: Float32Array; mask: Uint8Array } {
  return {
    x: Float32Array.from({ length: COUNT }, (_, i) => (((i + seed) * 37) % 41) / 4 - 3),
    mask: Uint8Array.from({ length: COUNT }, (_, i) => Number((i + seed) % 3 !== 0)),
  };
}

export function expected({ x, mask }: { x: Float32Array; mask: Uint8Array }) {
  const codes = Array.from(x, (value, i) => {
    const steps = Math.min(15, Math.max(0, (value * WEIGHTS[i] * WEIGHT_SCALE) / SCALE));
    const floor = Math.floor(steps);
    const isUp = steps - floor > 0.5 || (steps - floor === 0.5 && floor % 2 === 1);
    return floor + Number(isUp);
  });
  const y = Float32Array.from(codes, (code, i) => (mask[i] ? code * SCALE : 0));
  return {
    packed: Uint8Array.from({ length: 20 }, (_, i) => codes[2 * i] + 16 * codes[2 * i + 1]),
    y,
    early: Float32Array.from(
      [0, 1],
      (channel) => x.subarray(20 * channel, 20 * channel + 20).reduce((a, b) => a + b) / 20,
    ),
    best: BigInt64Array.from({ length: 20 }, (_, i) => (y[20 + i] > y[i] ? 1n : 0n)),
  };
}

/** A split that sends an image: the cloud model gives back the codes it got, as floats. */
export function imageSpec(encoding: string, channels: number): SplitSpec {
  const shape = [1, channels, 16, 24];
  const count = channels * 16 * 24;
  return {
    version: 1,
    name: 'photos',
    decision: 'cloud-only',
    digest: 'b'.repeat(64),
    inputs: [{ name: 'image', dtype: 'float32', shape }],
    outputs: [{ name: 'codes', dtype: 'float32', shape }],
    wire: [
      {
        name: 'image',
        shape,
        dtype: 'float32',
        bits: 8,
        scale: [0.5],
        zeroPoint: [10],
        encoding,
        packedBytes: count,
        cloudInput: 'image_packed',
        source: { kind: 'input' },
      },
    ],
    edgeOutputs: [],
    cloudOutputs: ['codes'],
    deliver: 'edge',
    cloud: { model: 'model.onnx', files: ['model.onnx'], maxRequestBytes: 100_000 },
  };
}

export function imageModelFile(channels: number): Uint8Array {
  const shape = [1, channels, 16, 24];
  return onnxFile({
    inputs: [['image_packed', 'uint8', [channels * 16 * 24]]],
    outputs: [['codes', 'float32', shape]],
    initializers: [tensor('shape', [4], BigInt64Array.from(shape, BigInt))],
    nodes: [
      { op: 'Reshape', inputs: ['image_packed', 'shape'], outputs: ['u8'] },
      { op: 'Cast', inputs: ['u8'], outputs: ['codes'], attributes: { to: 1 } },
    ],
  });
}

/** A bundle folder in the system's temporary folder, with the compiled runtime. */
export async function writeBundle(
  spec: SplitSpec,
  files: { edge?: Record<string, Uint8Array>; cloud?: Record<string, Uint8Array> },
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'autosplit-bundle-'));
  for (const side of ['edge', 'cloud'] as const) {
    await mkdir(join(folder, side));
    const script = side === 'edge' ? 'edge.mjs' : 'server.mjs';
    const code = await readFile(new URL(`../../dist/runtime/${script}`, import.meta.url), 'utf8');
    await writeFile(join(folder, side, script), embedSpec(code, spec));
    for (const [name, bytes] of Object.entries(files[side] ?? {})) await writeFile(join(folder, side, name), bytes);
  }
  return folder;
}

export const splitFiles = () => ({
  edge: { 'model.onnx': edgeModelFile(), 'weights.bin': weightsFile() },
  cloud: { 'model.onnx': cloudModelFile() },
});
