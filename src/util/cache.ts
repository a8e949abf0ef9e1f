/**
 * What was computed, kept by content: an entry is named by the digest of everything that it was computed from, so it is
 * either right or never looked at. An entry that is damaged is computed anew; a folder that cannot be written is no
 * cache.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { canonicalJson, sha256 } from './content.js';

export interface Cache {
  /**
   * The value that `compute` gives, from the cache where it was computed from the same `key` before.
   * @param kind a word for the file name, and for what keeps keys of different meaning apart
   * @param key plain data: digests of contents and options. Undefined: what this hangs on is not known, so it is
   * computed
   */
  remember<T>(kind: string, key: unknown, compute: () => Promise<T>): Promise<T>;
  /** What was remembered under a key; undefined where nothing was. */
  find<T>(kind: string, key: unknown): Promise<T | undefined>;
  /**
   * Values by name that hang on the same `key`, kept together: those that are missing are computed and added. A value
   * must not depend on which others are computed with it.
   * @param compute gives one value for each of the names that it is asked for; it is not called for none
   */
  rememberEach<T>(
    kind: string,
    key: unknown,
    names: readonly string[],
    compute: (missing: readonly string[]) => Promise<ReadonlyMap<string, T>>,
  ): Promise<Map<string, T>>;
}

/** Computes everything. */
export const noCache: Cache = {
  find: async () => undefined,
  remember: (_kind, _key, compute) => compute(),
  rememberEach: async (_kind, _key, names, compute) => new Map(names.length > 0 ? await compute(names) : []),
};

export interface CacheOptions {
  /** Plain data that every key has besides its own: versions of what computes. */
  version: unknown;
  /** Bytes of all entries; the ones that were not used for the longest time go. @default 2 GB */
  limitBytes?: number;
}

const LIMIT_BYTES = 2e9;
/** Share of the limit that a process may write before it looks again whether all is within the limit. */
const UNTRIMMED = 0.02;
const DIGEST_BYTES = 32;
const ENTRY = /^[a-z-]+-[0-9a-f]{64}\.bin$/;
/** A file that is being written for longer belongs to a process that was killed. */
const FORGOTTEN_MILLISECONDS = 3600 * 1000;

/** A cache in a folder, which is made when something is stored. Several processes may share it. */
export function openCache(folder: string, { version, limitBytes = LIMIT_BYTES }: CacheOptions): Cache {
  const fileOf = (kind: string, key: unknown) =>
    path.join(folder, `${kind}-${sha256(new TextEncoder().encode(canonicalJson({ version, kind, key })))}.bin`);
  let untrimmed = Infinity;
  const keep = async (file: string, value: unknown) => {
    try {
      untrimmed += await store(folder, file, value, limitBytes);
      // Looking at every entry takes longer than writing a small one.
      if (untrimmed < limitBytes * UNTRIMMED) return;
      untrimmed = 0;
      await trim(folder, limitBytes);
    } catch {
      // A folder that cannot be written is no cache.
    }
  };
  return {
    async find<T>(kind: string, key: unknown) {
      return key === undefined ? undefined : (await readEntry<T>(fileOf(kind, key)))?.value;
    },
    async remember(kind, key, compute) {
      if (key === undefined) return compute();
      const file = fileOf(kind, key);
      const found = await readEntry<Awaited<ReturnType<typeof compute>>>(file);
      if (found) return found.value;
      const value = await compute();
      await keep(file, value);
      return value;
    },
    async rememberEach<T>(kind: string, key: unknown, names: readonly string[], compute: Compute<T>) {
      if (key === undefined) return noCache.rememberEach(kind, key, names, compute);
      const file = fileOf(kind, key);
      const known = await readEntry<Map<string, T>>(file);
      const missing = names.filter((name) => !known?.value.has(name));
      const computed = missing.length > 0 ? await compute(missing) : new Map<string, T>();
      // Another process may have added some meanwhile.
      if (computed.size > 0) {
        const all = new Map([...((await readEntry<Map<string, T>>(file))?.value ?? []), ...computed]);
        await keep(file, all);
      }
      const values = new Map([...(known?.value ?? []), ...computed]);
      return new Map(names.flatMap((name) => (values.has(name) ? [[name, values.get(name) as T] as const] : [])));
    },
  };
}

/**
 * `mkdir` with `recursive` never returns where a file system has the parent and refuses the folder as missing, as /proc
 * does (Node.js).
 */
async function makeFolder(folder: string): Promise<void> {
  const make = () =>
    mkdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  await make().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' || existsSync(path.dirname(folder))) throw error;
    await makeFolder(path.dirname(folder));
    await make();
  });
}

type Compute<T> = (missing: readonly string[]) => Promise<ReadonlyMap<string, T>>;

async function readEntry<T>(file: string): Promise<{ value: T } | undefined> {
  try {
    const bytes = await readFile(file);
    const content = bytes.subarray(DIGEST_BYTES);
    if (!digest(content).equals(bytes.subarray(0, DIGEST_BYTES))) return undefined;
    const value: T = deserialize(content);
    const now = new Date();
    await utimes(file, now, now).catch(() => undefined);
    return { value };
  } catch {
    return undefined;
  }
}

/** Bytes that were written. */
async function store(folder: string, file: string, value: unknown, limitBytes: number): Promise<number> {
  const content = serialize(value);
  if (content.length + DIGEST_BYTES > limitBytes) return 0;
  await makeFolder(folder);
  const part = `${file}.${randomBytes(4).toString('hex')}.part`;
  try {
    await writeFile(part, Buffer.concat([digest(content), content]));
    await rename(part, file);
  } finally {
    await rm(part, { force: true });
  }
  return content.length + DIGEST_BYTES;
}

/** Removes the entries that were not used for the longest time until the rest fits, and what killed processes left. */
async function trim(folder: string, limitBytes: number): Promise<void> {
  const names = await readdir(folder);
  const files = (await Promise.all(names.map((name) => sized(path.join(folder, name), name)))).flat();
  files.sort((a, b) => b.time - a.time || (a.file < b.file ? -1 : 1));
  let total = 0;
  for (const { file, bytes, time, isEntry } of files) {
    if (isEntry) total += bytes;
    const isLeft = !isEntry && file.endsWith('.part') && Date.now() - time > FORGOTTEN_MILLISECONDS;
    if (isLeft || (isEntry && total > limitBytes)) await rm(file, { force: true });
  }
}

const sized = (file: string, name: string) =>
  stat(file).then(
    ({ size, mtimeMs }) => [{ file, bytes: size, time: mtimeMs, isEntry: ENTRY.test(name) }],
    () => [],
  );

const digest = (content: Uint8Array): Buffer => createHash('sha256').update(content).digest();
