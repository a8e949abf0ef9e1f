import { gunzipSync } from 'node:zlib';
import { packBits } from '../../../src/numerics/pack.js';
import { type Coded, decodeTensorBytes, encodeTensorBytes } from '../../../src/runtime/coding.js';
import { gzipParts } from '../../../src/runtime/gzip.js';
import type { PinnedCut } from './networks.js';

/** Nanoseconds per byte before coding, the best of many: what the rates of src/cost/codec.ts are rounded from. */
export interface CodecRow {
  network: string;
  tensor: string;
  encoding: string;
  encode: number;
  decode: number;
}

const ROUNDS = 101;

/** Times every encoding on made-up maps of the sizes that matter: smooth waves with noise, mostly zero, at 4 bits; and a picture. */
export async function measureCodecs({ network, tensor }: PinnedCut): Promise<CodecRow[]> {
  const shape = SHAPES[tensor] ?? [1, 32, 16, 16];
  const [, channels, height, width] = shape;
  const map = made(channels, height, width, 16);
  const codes: Coded = { name: 'x', shape, bits: 4, scale: [1], zeroPoint: [0], encoding: '', packedBytes: map.length / 2 };
  const packed = packBits(map, 4);
  const picture: Coded = { ...codes, shape: [1, 3, 224, 224], bits: 8, packedBytes: 3 * 224 * 224 };
  const pixels = made(3, 224, 224, 256);
  const rows: CodecRow[] = [];
  for (const encoding of ['deflate', 'arithmetic', 'brotli']) rows.push(await timed({ ...codes, encoding }, packed));
  if (tensor === 'add_26_out')
    for (const encoding of ['png', 'jpeg:90', 'webp:80']) rows.push(await timed({ ...picture, encoding }, pixels));
  return rows.map((row) => ({ ...row, network, tensor }));
}

const SHAPES: Record<string, number[]> = {
  add_26_out: [1, 32, 28, 28],
  add_55_out: [1, 64, 14, 14],
  fire3_concat_out: [1, 256, 27, 27],
};

async function timed(wire: Coded, bytes: Uint8Array): Promise<CodecRow> {
  const isDeflate = wire.encoding === 'deflate';
  const encode = async () => (isDeflate ? gzipParts([], [bytes]) : encodeTensorBytes(wire, bytes));
  const coded = await encode();
  const decode = async () => (isDeflate ? gunzipSync(coded) : decodeTensorBytes(wire, coded));
  return {
    network: '',
    tensor: '',
    encoding: wire.encoding,
    encode: await nanoseconds(encode, bytes.length),
    decode: await nanoseconds(decode, bytes.length),
  };
}

async function nanoseconds(work: () => Promise<unknown>, bytes: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    await work();
    best = Math.min(best, performance.now() - started);
  }
  return (best * 1e6) / bytes;
}

function made(channels: number, height: number, width: number, levels: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: channels * height * width }, (_, i) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    const [channel, y, x] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
    const wave = levels * 0.5 * Math.sin(x / 5 + channel) * Math.cos(y / 6 - channel) + (state >>> 30);
    return Math.max(0, Math.min(levels - 1, Math.round(wave)));
  });
}
