import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createServer } from '../../../src/runtime/cloud/server.js';
import { type Coded, codecName, qualityOf } from '../../../src/runtime/codecs/codec.js';
import { decodeTensorBytes, encodeTensorBytes } from '../../../src/runtime/codecs/coding.js';
import { DECODERS } from '../../../src/runtime/codecs/decoders.js';
import { ENCODERS } from '../../../src/runtime/codecs/encoders.js';
import { CODECS, codecOf, codecsFor, codedNames, findCodec, packagesFor } from '../../../src/runtime/codecs/index.js';
import { ENCODERS as PAGE_ENCODERS } from '../../../src/runtime/codecs/page-encoders.js';
import { createEdgeOf } from '../../../src/runtime/edge/edge.js';
import { EdgeError } from '../../../src/runtime/errors.js';
import { encodeWire } from '../../../src/runtime/wire/wire.js';
import { splitSpec } from '../fixture.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const names = (codecs: readonly { name: string }[]) => codecs.map(({ name }) => name).sort();

describe('every codec', () => {
  it('is in the tables of the platforms that it names, in the same form', () => {
    expect(Object.keys(ENCODERS).sort()).toEqual(names(CODECS.filter(({ encodesIn }) => encodesIn.includes('node'))));
    expect(Object.keys(PAGE_ENCODERS).sort()).toEqual(
      names(CODECS.filter(({ encodesIn }) => encodesIn.includes('page'))),
    );
    expect(Object.keys(DECODERS).sort()).toEqual(names(CODECS));
    for (const { name, form, encode, decode } of CODECS) {
      for (const table of [ENCODERS, PAGE_ENCODERS, DECODERS]) expect(table[name]?.form ?? form).toBe(form);
      const isElement = form.travels === 'element';
      expect([name, ENCODERS[name].encode]).toEqual([name, isElement ? encode : undefined]);
      expect([name, DECODERS[name].decode]).toEqual([name, isElement ? decode : undefined]);
      expect(PAGE_ENCODERS[name]?.encode !== undefined).toBe(isElement && PAGE_ENCODERS[name] !== undefined);
    }
  });

  it('has a folder of its name', () => {
    for (const { name } of CODECS)
      expect(readFileSync(path.join(root, `src/runtime/codecs/${name}/index.ts`), 'utf8')).toContain(`name: '${name}'`);
  });

  it('offers encodings of its own, and the configuration knows those of pictures', async () => {
    for (const codec of CODECS) for (const encoding of codec.offers) expect(codecOf(encoding)).toBe(codec);
    const schema = JSON.parse(await readFile(path.join(root, 'schemas/config.schema.json'), 'utf8'));
    const text = JSON.stringify(schema);
    const [pattern] = /\^\(auto\|raw[^"]*\$/.exec(text) ?? [''];
    const accepted = new RegExp(JSON.parse(`"${pattern}"`));
    const isAsked = ({ name, codes }: { name: string; codes: string }) => name === 'raw' || codes === 'pictures';
    for (const codec of CODECS)
      for (const encoding of [...codec.offers, codec.name, `${codec.name}:50`, `${codec.name}:0`, `${codec.name}:101`])
        expect([encoding, accepted.test(encoding)]).toEqual([
          encoding,
          isAsked(codec) && findCodec(encoding) !== undefined,
        ]);
  });

  it('gives back the bytes of any tensor that it applies to, but for its loss', async () => {
    const tensor = fc.record({
      bits: fc.constantFrom(2, 3, 4, 8),
      channels: fc.constantFrom(1, 2, 3),
      height: fc.integer({ min: 1, max: 9 }),
      width: fc.integer({ min: 1, max: 9 }),
      isPicture: fc.boolean(),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(tensor, async ({ bits, channels, height, width, isPicture, seed }) => {
        const shape = [1, channels, height, width];
        const packedBytes = Math.ceil((channels * height * width * bits) / 8);
        const unused = 8 * packedBytes - channels * height * width * bits;
        const bytes = Uint8Array.from({ length: packedBytes }, (_, i) => (seed * (i + 1) * 2654435761) >>> 13);
        if (packedBytes > 0) bytes[packedBytes - 1] &= 0xff >> unused;
        for (const codec of codecsFor({ shape, bits, scale: [1], isPicture })) {
          expect(codec.codes === 'bytes' || isPicture).toBe(true);
          for (const encoding of codec.offers) {
            const wire: Coded = { name: 'x', shape, bits, scale: [1], zeroPoint: [0], encoding, packedBytes };
            const back = await decodeTensorBytes(wire, await encodeTensorBytes(wire, bytes));
            expect([encoding, back.length]).toEqual([encoding, packedBytes]);
            if (!codec.form.isLossy) expect([encoding, ...back]).toEqual([encoding, ...bytes]);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('which codecs apply', () => {
  const applying = (bits: number, more: object = {}) =>
    codecsFor({ shape: [1, 3, 8, 8], bits, ...more }).map(({ name }) => name);
  it('is a matter of bits, quantization and pictures', () => {
    const coded = { scale: [1] };
    expect(applying(4, coded)).toEqual(['raw', 'deflate', 'arithmetic']);
    expect(applying(16, coded)).toEqual(['raw', 'deflate', 'brotli']);
    expect(applying(64)).toEqual(['raw', 'deflate', 'brotli']);
    expect(applying(8)).toEqual(['raw', 'deflate', 'brotli', 'arithmetic']);
    expect(applying(8, { ...coded, isPicture: true })).toEqual(['raw', 'deflate', 'arithmetic', 'png', 'jpeg', 'webp']);
    expect(applying(4, { ...coded, isPicture: true })).toEqual(['raw', 'deflate', 'arithmetic']);
    expect(applying(8, { dtype: 'int8', isPicture: true })).not.toContain('jpeg');
    expect(applying(8, { dtype: 'uint8', isPicture: true })).toContain('jpeg');
    expect(applying(8, { ...coded, isPicture: true, shape: [1, 8, 8, 4] })).not.toContain('jpeg');
    expect(applying(8, { ...coded, isPicture: true, shape: [2, 3, 8, 8] })).not.toContain('jpeg');
  });
  it('on which platform, and with which packages', () => {
    expect(codedNames()).toEqual(['deflate', 'brotli', 'arithmetic', 'png', 'jpeg', 'webp']);
    expect(codedNames('page')).toEqual(['deflate', 'arithmetic', 'jpeg']);
    expect(packagesFor([{ encoding: 'raw' }, { encoding: 'arithmetic' }])).toEqual([]);
    expect(packagesFor([{ encoding: 'png' }, { encoding: 'jpeg:90' }])).toEqual(['sharp']);
  });
});

describe('names', () => {
  it('have a quality where their codec has one', () => {
    expect(['raw', 'jpeg:1', 'jpeg:100', 'webp:9'].map((encoding) => findCodec(encoding)?.name)).toEqual([
      'raw',
      'jpeg',
      'jpeg',
      'webp',
    ]);
    expect([codecName('jpeg:90'), codecName('raw'), qualityOf('jpeg:90'), qualityOf('png')]).toEqual([
      'jpeg',
      'raw',
      90,
      Number.NaN,
    ]);
  });

  const UNKNOWN = [
    '',
    'zstd',
    'avif:50',
    'toString',
    '__proto__',
    'jpeg',
    'jpeg:0',
    'jpeg:101',
    'png:3',
    'RAW',
    'raw ',
  ];
  it.each(UNKNOWN)('%j is refused by planning, the edge side and the cloud side, not sent raw', async (encoding) => {
    expect(findCodec(encoding)).toBeUndefined();
    expect(() => codecOf(encoding)).toThrow(RangeError);
    const [wire] = splitSpec.wire;
    const spec = { ...splitSpec, wire: [{ ...wire, encoding }] };
    const refusal = expect.objectContaining({ code: 'BUNDLE', message: expect.stringContaining(wire.name) });
    expect(() => createEdgeOf(spec, undefined, undefined)).toThrow(EdgeError);
    await expect(encodeWire(spec, { [wire.name]: new Uint8Array(wire.packedBytes) })).rejects.toEqual(refusal);
    await expect(decodeTensorBytes(spec.wire[0], new Uint8Array())).rejects.toMatchObject({ status: 500 });
    expect(() => createServer(spec, { run: async () => [], close: async () => {} })).toThrow(
      `tensor ${wire.name}: this cloud side does not decode ${encoding}`,
    );
  });
});

describe('compiled sides hold', () => {
  const compiled = (file: string) => readFile(path.join(root, 'dist/runtime', file), 'utf8');
  /** Words that only occur in the code of one part. */
  const PARTS = {
    'arithmetic encoder': 'bitEncoder',
    'arithmetic decoder': 'bitDecoder',
    'picture writer': 'adaptiveFiltering',
    'picture reader': 'limitInputPixels',
    brotli: 'brotliCompressSync',
    'brotli decoder': 'brotliDecompressSync',
    inflate: 'maxOutputLength: limit',
    canvas: 'OffscreenCanvas',
    'planning, such as rates': 'nanoseconds',
    'planning, such as offers': 'offers:',
  };
  const partsOf = async (file: string) => {
    const code = await compiled(file);
    return Object.entries(PARTS).flatMap(([part, word]) => (code.includes(word) ? [part] : []));
  };
  it('on Node.js the encoders', async () => {
    expect(await partsOf('edge.mjs')).toEqual(['arithmetic encoder', 'picture writer', 'brotli']);
  });
  it.each(['web/edge.mjs', 'web/edge-cloud-only.mjs'])(
    'in pages (%s) their own encoders, and nothing of Node.js',
    async (file) => {
      expect(await partsOf(file)).toEqual(['arithmetic encoder', 'canvas']);
      expect(await compiled(file)).not.toMatch(/node:|\bsharp\b/);
    },
  );
  it('in the cloud the decoders', async () => {
    expect(await partsOf('server.mjs')).toEqual(['arithmetic decoder', 'picture reader', 'brotli decoder', 'inflate']);
  });
});
