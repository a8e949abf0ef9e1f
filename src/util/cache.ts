/**
 * A cache by content: the name of an entry is the digest of all its inputs, so an entry is right or never found.
 * Damaged entries are computed again; a read-only folder disables the cache.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { canonicalJson, sha256 } from './content.js';

export interface Cache {
  /**
   * Returns the value for `key` from the cache, else from `compute`.
   * @param kind part of the file name, and keeps keys of different meaning apart
   * @param key plain data: digests and options. Undefined: the inputs are not known, so the value is always computed
   */
  remember<T>(kind: string, key: unknown, compute: () => Promise<T>): Promise<T>;
  /** The value of a key; undefined if there is none. */
  find<T>(kind: string, key: unknown): Promise<T | undefined>;
  /**
   * Values by name for the same `key`, stored together; missing ones are computed and added. A value must not depend on
   * which others are computed with it.
   * @param compute returns a value for each requested name; not called without names
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
  /** Part of every key: versions of what computes. */
  version: unknown;
  /** Limit in bytes; the least recently used entries are removed. @default 2 GB */
  limitBytes?: number;
}

const LIMIT_BYTES = 2e9;
/** Share of the limit that a process may write between two checks. */
const UNTRIMMED = 0.02;
const DIGEST_BYTES = 32;
const ENTRY = /^[a-z-]+-[0-9a-f]{64}\.bin$/;
/** An older partial file belongs to a killed process. */
const FORGOTTEN_MILLISECONDS = 3600 * 1000;

/** Opens a cache in a folder, which is created on the first write. Processes may share it. */
export function openCache(folder: string, { version, limitBytes = LIMIT_BYTES }: CacheOptions): Cache {
  const fileOf = (kind: string, key: unknown) =>
    path.join(folder, `${kind}-${sha256(new TextEncoder().encode(canonicalJson({ version, kind, key })))}.bin`);
  let untrimmed = Infinity;
  const keep = async (file: string, value: unknown) => {
    try {
      untrimmed += await store(folder, file, value, limitBytes);
      // Checking all entries takes longer than writing a small one.
      if (untrimmed < limitBytes * UNTRIMMED) return;
      untrimmed = 0;
      await trim(folder, limitBytes);
    } catch {
      // A folder that cannot be written is not used.
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
      // Another process may have added entries.
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
 * Creates a folder. `mkdir` with `recursive` never returns on file systems such as /proc, which have the parent but
 * report the new folder as missing (Node.js).
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

/** Returns the number of written bytes. */
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

/** Removes the least recently used entries beyond the limit, and partial files of killed processes. */
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
