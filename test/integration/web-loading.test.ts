import { ReadableStream } from 'node:stream/web';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { packBits } from '../../src/numerics/pack.js';
import { unpackWeights } from '../../src/runtime/edge/weights.js';
import type { WeightPart } from '../../src/runtime/spec.js';
import { download } from '../../src/runtime/web/download.js';
import { loadOptions } from '../../src/runtime/web/options.js';
import { unpackApart } from '../../src/runtime/web/unpack.js';
import type { WorkerLike } from '../../src/runtime/web/worker.js';

const codes = Int8Array.of(-8, 7, 0, -1, 3);
const packed = packBits(new Uint8Array(codes.buffer), 4);
const parts: WeightPart[] = [
  { name: 'w', bits: 4, offset: 0, length: packed.length, unpackedOffset: 0, unpackedLength: codes.length },
];

afterEach(() => vi.unstubAllGlobals());

describe('options', () => {
  test('WebAssembly in one thread, unless asked otherwise', () => {
    expect(loadOptions({}, {})).toMatchObject({ executionProviders: ['wasm'], threads: 1, wasmPaths: undefined });
  });

  test.each([
    [false, 1],
    [undefined, 1],
    [true, 4],
  ])('threads need a page that is isolated: %s', (crossOriginIsolated, threads) => {
    expect(
      loadOptions({ threads: 4 }, { ...(crossOriginIsolated !== undefined && { crossOriginIsolated }) }).threads,
    ).toBe(threads);
  });

  test('as many as planned start where a page can have them, and no more than it has', () => {
    const page = { crossOriginIsolated: true, navigator: { hardwareConcurrency: 8 } };
    expect(loadOptions({ wasmPaths: '/ort/' }, page, 4).threads).toBe(4);
    expect(loadOptions({ wasmPaths: '/ort/', threads: 2 }, page, 4).threads).toBe(2);
    expect(loadOptions({}, page, 4).threads).toBe(1);
    expect(loadOptions({ wasmPaths: '/ort/' }, { ...page, navigator: { hardwareConcurrency: 2 } }, 4).threads).toBe(2);
    expect(loadOptions({ wasmPaths: '/ort/' }, { ...page, crossOriginIsolated: false }, 4).threads).toBe(1);
  });

  test('WebGPU is passed over where there is none', () => {
    const gpu = { navigator: { gpu: {} } };
    expect(loadOptions({ executionProviders: ['webgpu', 'wasm'] }, { navigator: {} }).executionProviders).toEqual([
      'wasm',
    ]);
    expect(
      loadOptions({ executionProviders: ['webgpu'] }, { navigator: { gpu: undefined } }).executionProviders,
    ).toEqual(['wasm']);
    expect(loadOptions({ executionProviders: ['webgpu', 'wasm'] }, gpu).executionProviders).toEqual(['webgpu', 'wasm']);
  });

  test.each([[[]], [['cuda']]])('execution providers %j are refused', (executionProviders) => {
    const refused = expect.objectContaining({ code: 'OPTIONS', message: expect.stringContaining('wasm or webgpu') });
    expect(() => loadOptions({ executionProviders: executionProviders as 'wasm'[] }, {})).toThrow(refused);
  });
});

describe('downloads', () => {
  const url = new URL('https://app.example/edge/weights.bin');
  const answer =
    (body: string | ReadableStream | null, init?: ResponseInit): typeof fetch =>
    async () =>
      new Response(body as string | null, init);

  test('come in pieces that are counted', async () => {
    const pieces = [Uint8Array.of(1, 2), Uint8Array.of(3), Uint8Array.of(4, 5, 6)];
    const counted: number[] = [];
    const stream = ReadableStream.from(pieces);
    expect(await download(url, answer(stream), (bytes) => counted.push(bytes))).toEqual(
      Uint8Array.of(1, 2, 3, 4, 5, 6),
    );
    expect(counted).toEqual([2, 1, 3]);
  });

  test('may be empty', async () => {
    expect(await download(url, answer(null), () => {})).toEqual(new Uint8Array());
  });

  test('that fail name the file', async () => {
    const refused = (message: RegExp) =>
      expect.objectContaining({ code: 'BUNDLE', message: expect.stringMatching(message) });
    await expect(download(url, answer('gone', { status: 404 }), () => {})).rejects.toThrow(
      refused(/edge\/weights\.bin: status 404/),
    );
    await expect(
      download(
        url,
        () => Promise.reject(new TypeError('Failed to fetch')),
        () => {},
      ),
    ).rejects.toThrow(refused(/Failed to fetch/));
  });
});

describe('weights', () => {
  /** A worker that answers as unpack-worker.ts does, or fails. */
  const worker = (answer: (worker: WorkerLike, question: never) => void) => {
    const made: WorkerLike & { ended: number } = {
      ended: 0,
      onmessage: null,
      onerror: null,
      postMessage: (question) => queueMicrotask(() => answer(made, structuredClone(question) as never)),
      terminate: () => made.ended++,
    };
    return made;
  };

  test('are unpacked in place where there are no workers', async () => {
    const start = vi.fn();
    expect(await unpackApart(packed, parts, start)).toEqual(new Uint8Array(codes.buffer));
    expect(start).not.toHaveBeenCalled();
  });

  test('are unpacked in a worker, which then ends', async () => {
    vi.stubGlobal('Worker', class {});
    const made = worker(({ onmessage }, question: { packed: Uint8Array; parts: WeightPart[] }) =>
      onmessage?.({ data: { unpacked: unpackWeights(question.packed, question.parts) } }),
    );
    expect(await unpackApart(packed, parts, () => made)).toEqual(new Uint8Array(codes.buffer));
    expect(made.ended).toBe(1);
  });

  test('are unpacked in place where the worker cannot be had', async () => {
    vi.stubGlobal('Worker', class {});
    const broken = worker(({ onerror }) => onerror?.({}));
    expect(await unpackApart(packed, parts, () => broken)).toEqual(new Uint8Array(codes.buffer));
    expect(broken.ended).toBe(1);
    const forbidden = () => {
      throw new Error('forbidden');
    };
    expect(await unpackApart(packed, parts, forbidden)).toEqual(new Uint8Array(codes.buffer));
  });

  test('that are broken are an error, in a worker too', async () => {
    vi.stubGlobal('Worker', class {});
    const made = worker(({ onmessage }) => onmessage?.({ data: { error: 'weights of w end too early' } }));
    await expect(unpackApart(packed, parts, () => made)).rejects.toThrow(expect.objectContaining({ code: 'BUNDLE' }));
  });
});
