import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { AutosplitError } from './error.js';

/** A byte range of a file, or bytes in memory, with its offset in the written file. Gaps are zero. */
export interface Piece {
  offset: number;
  source: { kind: 'file'; path: string; offset: number; length: number } | { kind: 'memory'; bytes: Uint8Array };
}

/** Content of a generated file: bytes, or pieces that are copied as streams. */
export type FileContent = Uint8Array | readonly Piece[];

/** Hex SHA-256 of bytes. */
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Hex SHA-256 of a file, streamed. */
export async function sha256File(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

/** Hex SHA-256 of content. */
export async function contentDigest(content: FileContent): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunksOf(content)) hash.update(chunk);
  return hash.digest('hex');
}

/** Length of content in bytes. */
export function contentLength(content: FileContent): number {
  if (content instanceof Uint8Array) return content.length;
  return content.reduce(
    (end, { offset, source }) =>
      Math.max(end, offset + (source.kind === 'memory' ? source.bytes.length : source.length)),
    0,
  );
}

const ZEROS = new Uint8Array(1 << 16);

/**
 * The bytes of content in order; pieces must be given in ascending order and must not overlap.
 * @throws AutosplitError EXTERNAL_DATA where a source file ends before its range does
 */
export async function* chunksOf(content: FileContent): AsyncGenerator<Uint8Array> {
  if (content instanceof Uint8Array) {
    yield content;
    return;
  }
  let at = 0;
  for (const { offset, source } of content) {
    if (offset < at) throw new Error(`pieces overlap at byte ${offset}`);
    for (; at < offset; at += Math.min(ZEROS.length, offset - at))
      yield ZEROS.subarray(0, Math.min(ZEROS.length, offset - at));
    if (source.kind === 'memory') {
      yield source.bytes;
      at += source.bytes.length;
    } else {
      for await (const chunk of fileRange(source)) {
        yield chunk;
        at += chunk.length;
      }
    }
  }
}

async function* fileRange({
  path: file,
  offset,
  length,
}: Extract<Piece['source'], { kind: 'file' }>): AsyncGenerator<Uint8Array> {
  if (length === 0) return;
  let read = 0;
  for await (const chunk of createReadStream(file, {
    start: offset,
    end: offset + length - 1,
    highWaterMark: 1 << 20,
  })) {
    yield chunk;
    read += chunk.length;
  }
  // A stream ends without an error if the file is too short.
  if (read < length)
    throw new AutosplitError('EXTERNAL_DATA', `${file} ends ${length - read} bytes too early`, { location: { file } });
}

/** JSON with sorted keys, two spaces and a final newline: equal values give equal text. */
export const canonicalJson = (value: unknown): string => `${JSON.stringify(value, sortKeys, 2)}\n`;

/** A replacer for JSON.stringify that sorts keys. Integer-like keys always come first in objects. */
function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The path of `file` relative to `root`, with forward slashes on every system. */
export const relativePath = (root: string, file: string): string => path.relative(root, file).split(path.sep).join('/');
