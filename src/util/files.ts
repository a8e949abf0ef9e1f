import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { AutosplitError } from './error.js';

/** A byte range of a file or bytes in memory, at its place in the file that is written; what lies between is zero. */
export interface Piece {
  offset: number;
  source: { kind: 'file'; path: string; offset: number; length: number } | { kind: 'memory'; bytes: Uint8Array };
}

/** What a generated file holds: bytes, or pieces that are copied without ever being in memory together. */
export type FileContent = Uint8Array | readonly Piece[];

/** Hex SHA-256 of bytes. */
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Hex SHA-256 of a file, streamed. */
export async function sha256File(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

/** Hex SHA-256 of content that is yet to be written. */
export async function contentDigest(content: FileContent): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunksOf(content)) hash.update(chunk);
  return hash.digest('hex');
}

/** Length of content that is yet to be written. */
export function contentLength(content: FileContent): number {
  if (content instanceof Uint8Array) return content.length;
  return content.reduce((end, { offset, source }) => Math.max(end, offset + (source.kind === 'memory' ? source.bytes.length : source.length)), 0);
}

const ZEROS = new Uint8Array(1 << 16);

/** The bytes of content in order. */
export async function* chunksOf(content: FileContent): AsyncGenerator<Uint8Array> {
  if (content instanceof Uint8Array) {
    yield content;
    return;
  }
  let at = 0;
  for (const { offset, source } of content) {
    for (; at < offset; at += Math.min(ZEROS.length, offset - at)) yield ZEROS.subarray(0, Math.min(ZEROS.length, offset - at));
    if (source.kind === 'memory') {
      yield source.bytes;
      at += source.bytes.length;
    } else if (source.length > 0) {
      for await (const chunk of createReadStream(source.path, { start: source.offset, end: source.offset + source.length - 1, highWaterMark: 1 << 20 }))
        yield chunk;
      at += source.length;
    }
  }
}

/** JSON with sorted keys, two spaces and a final newline: the same value always gives the same text. */
export function canonicalJson(value: unknown): string {
  return `${JSON.stringify(value, (_, inner) => (isPlainObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner), 2)}\n`;
}

const isPlainObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The path of `file` from `root`, with forward slashes: the same on every machine. */
export const relativePath = (root: string, file: string): string => path.relative(root, file).split(path.sep).join('/');

/** File that proves a folder to be one that autosplit wrote. */
const PROOF = 'split-manifest.json';

/**
 * Writes a complete folder beside `target`, so that it can be looked at before it takes its place. Gives its path.
 * @throws AutosplitError OUTPUT_UNSAFE where `target` holds files that autosplit did not write
 */
export async function stageFolder(target: string, files: ReadonlyMap<string, FileContent>): Promise<string> {
  await mkdir(path.dirname(target), { recursive: true });
  await recover(target);
  await refuseForeign(target);
  const staged = sibling(target, 'new');
  try {
    for (const [name, content] of files) {
      const file = path.join(staged, name);
      if (!file.startsWith(staged + path.sep)) throw new Error(`${name} is outside the folder`);
      await mkdir(path.dirname(file), { recursive: true });
      const handle = await open(file, 'wx');
      try {
        for await (const chunk of chunksOf(content)) await handle.write(chunk);
        await handle.sync();
      } finally {
        await handle.close();
      }
    }
    return staged;
  } catch (error) {
    await discardFolder(staged);
    throw error;
  }
}

/** Puts a staged folder in the place of `target`. A crash at any point leaves the old folder, or the new one, whole. */
export async function commitFolder(staged: string, target: string): Promise<void> {
  await refuseForeign(target);
  const backup = sibling(target, 'old');
  const replaced = await rename(target, backup).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
  try {
    await rename(staged, target);
  } catch (error) {
    if (replaced) await rename(backup, target);
    throw error;
  }
  if (replaced) await rm(backup, { recursive: true, force: true });
}

/** Removes a staged folder. */
export const discardFolder = (staged: string): Promise<void> => rm(staged, { recursive: true, force: true });

const prefix = (target: string, kind: 'new' | 'old') => `.autosplit-${path.basename(target)}-${kind}-`;

const sibling = (target: string, kind: 'new' | 'old') => path.join(path.dirname(target), prefix(target, kind) + randomBytes(4).toString('hex'));

/** Brings back a folder that a crash left between two renames. */
async function recover(target: string): Promise<void> {
  const siblings = await readdir(path.dirname(target));
  const backup = siblings.find((name) => name.startsWith(prefix(target, 'old')));
  if (backup && !(await exists(target))) await rename(path.join(path.dirname(target), backup), target);
}

const exists = (file: string) =>
  lstat(file).then(
    () => true,
    () => false,
  );

async function refuseForeign(target: string): Promise<void> {
  const refuse = (reason: string) =>
    new AutosplitError('OUTPUT_UNSAFE', `${target} ${reason}`, { hint: 'choose another `output`, or remove it yourself' });
  const stat = await lstat(target).catch(() => undefined);
  if (!stat) return;
  if (!stat.isDirectory()) throw refuse('is not a folder');
  const entries = await readdir(target);
  if (entries.length > 0 && !entries.includes(PROOF)) throw refuse('holds files that autosplit did not write');
}
