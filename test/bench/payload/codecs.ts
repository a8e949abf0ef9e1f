import { gunzipSync } from 'node:zlib';
import { madeUpMap, nanosecondsPerByte } from '../../../src/benchmark/coding.js';
import { packBits } from '../../../src/numerics/pack.js';
import type { Coded } from '../../../src/runtime/codecs/codec.js';
import { decodeTensorBytes, encodeTensorBytes } from '../../../src/runtime/codecs/coding.js';
import { gzipParts } from '../../../src/runtime/codecs/deflate/gzip.js';
import type { PinnedCut } from './networks.js';

/** Nanoseconds per byte before coding, the best of many: what `nanoseconds` of src/runtime/codecs/ are rounded from. */
export interface CodecRow {
  network: string;
  tensor: string;
  encoding: string;
  encode: number;
  decode: number;
}

const ROUNDS = 101;

/**
 * Times every encoding on made-up maps of the sizes that matter: smooth waves with noise, mostly zero, at 4 bits; and a
 * picture.
 */
export async function measureCodecs({ network, tensor }: PinnedCut): Promise<CodecRow[]> {
  const shape = SHAPES[tensor] ?? [1, 32, 16, 16];
  const map = madeUpMap(shape, 16);
  const codes: Coded = {
    name: 'x',
    shape,
    bits: 4,
    scale: [1],
    zeroPoint: [0],
    encoding: '',
    packedBytes: map.length / 2,
  };
  const packed = packBits(map, 4);
  const picture: Coded = { ...codes, shape: [1, 3, 224, 224], bits: 8, packedBytes: 3 * 224 * 224 };
  const pixels = madeUpMap(picture.shape, 256);
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
    encode: await nanosecondsPerByte(encode, bytes.length, ROUNDS),
    decode: await nanosecondsPerByte(decode, bytes.length, ROUNDS),
  };
}
