import { open, readFile, stat } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { elementCount } from '../runtime/types.js';
import { bytesPerElement, invalidSample } from './elements.js';
import { NPY_HEADER_BYTES, type NpyHeader, npyDataOffset, npyElements, parseNpyHeader, toRowMajor } from './npy.js';
import type { SampleData } from './types.js';

/** One stored array, read in parts: a stack of samples may be larger than memory. */
export interface StoredArray {
  header: NpyHeader;
  /** `count` elements from element `from` on, in row-major order. */
  read(from: number, count: number): Promise<SampleData>;
}

/** Most unpacked bytes of an entry of an archive. */
const MAX_ENTRY_BYTES = 2 ** 31 - 1;

/** Highest ratio of DEFLATE (RFC 1951: 258 bytes from two bits); a larger claimed size is false. */
const MAX_DEFLATE_RATIO = 1032;

/** Caches the last value. Samples are read in order, so that a stack is unpacked once and memory stays bounded. */
export function keepLast<T>(): (key: string, load: () => Promise<T>) => Promise<T> {
  let held: { key: string; value: Promise<T> } | undefined;
  return (key, load) => {
    if (held?.key !== key) {
      const value = load();
      held = { key, value };
      value.catch(() => {
        held = undefined;
      });
    }
    return held.value;
  };
}

/** Caches of a set of files: the archive and the reordered array read last. */
export interface ArrayCaches {
  archive: ReturnType<typeof keepLast<Record<string, Uint8Array>>>;
  reordered: ReturnType<typeof keepLast<SampleData>>;
}

export const arrayCaches = (): ArrayCaches => ({ archive: keepLast(), reordered: keepLast() });

/** The arrays of a .npy file (one, under the key `''`) or of a .npz file, by key. Reads headers alone where it can. */
export async function openArrayFile(
  file: string,
  name: string,
  caches: ArrayCaches,
): Promise<Map<string, StoredArray>> {
  return file.toLowerCase().endsWith('.npz')
    ? openNpz(file, name, caches)
    : new Map([['', await openNpy(file, name, caches)]]);
}

async function openNpy(file: string, name: string, { reordered }: ArrayCaches): Promise<StoredArray> {
  const { size } = await stat(file).catch((cause: unknown) => {
    throw invalidSample(file, 'cannot be read', { name, cause });
  });
  let head = await readRange(file, name, 0, Math.min(size, NPY_HEADER_BYTES));
  const dataOffset = npyDataOffset(head);
  if (dataOffset !== undefined && dataOffset > head.length)
    head = await readRange(file, name, 0, Math.min(size, dataOffset));
  const header = parseNpyHeader(head, size, file, name);
  const { dataOffset: start, dtype, fortranOrder, shape } = header;
  const elementBytes = bytesPerElement(dtype);
  return {
    header,
    async read(from, count) {
      if (!fortranOrder)
        return npyElements(header, await readRange(file, name, start + from * elementBytes, count * elementBytes));
      const readWhole = () => readRange(file, name, start, elementCount(shape) * elementBytes);
      const whole = await reordered(file, async () => toRowMajor(npyElements(header, await readWhole()), shape));
      return whole.slice(from, from + count);
    },
  };
}

async function openNpz(
  file: string,
  name: string,
  { archive, reordered }: ArrayCaches,
): Promise<Map<string, StoredArray>> {
  const load = () => archive(file, () => unpackNpz(file, name));
  const entries = Object.entries(await load());
  if (entries.length === 0) throw invalidSample(file, 'an archive without arrays', { name });
  const arrays = entries.map(([entry, bytes]): [string, StoredArray] => {
    const header = parseNpyHeader(bytes, bytes.length, file, `${name}, entry ${entry}`);
    const { dataOffset, dtype, fortranOrder, shape } = header;
    const read = async (from: number, count: number) => {
      const bytes = async () => (await load())[entry].subarray(dataOffset);
      if (!fortranOrder)
        return npyElements(
          header,
          (await bytes()).subarray(from * bytesPerElement(dtype), (from + count) * bytesPerElement(dtype)),
        );
      const whole = await reordered(`${file} ${entry}`, async () =>
        toRowMajor(npyElements(header, await bytes()), shape),
      );
      return whole.slice(from, from + count);
    };
    return [entry.replace(/\.npy$/, ''), { header, read }];
  });
  return new Map(arrays);
}

async function unpackNpz(file: string, name: string): Promise<Record<string, Uint8Array>> {
  const archive = await readFile(file).catch((cause: unknown) => {
    throw invalidSample(file, 'cannot be read', { name, cause });
  });
  try {
    return unzipSync(archive, {
      filter(entry) {
        const most = entry.compression === 0 ? entry.size : entry.size * MAX_DEFLATE_RATIO + 64;
        if (entry.originalSize > Math.min(MAX_ENTRY_BYTES, most))
          throw new Error(`entry ${entry.name} claims ${entry.originalSize} bytes`);
        return entry.name.endsWith('.npy');
      },
    });
  } catch (cause) {
    throw invalidSample(file, `not a sound .npz archive (${cause instanceof Error ? cause.message : String(cause)})`, {
      name,
      cause,
    });
  }
}

async function readRange(file: string, name: string, from: number, length: number): Promise<Uint8Array> {
  const handle = await open(file).catch((cause: unknown) => {
    throw invalidSample(file, 'cannot be read', { name, cause });
  });
  try {
    const bytes = new Uint8Array(length);
    let at = 0;
    while (at < length) {
      const { bytesRead } = await handle.read(bytes, at, length - at, from + at);
      if (bytesRead === 0) throw invalidSample(file, 'truncated', { name });
      at += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}
