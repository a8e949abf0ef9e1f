import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { AutosplitError } from '../util/error.js';

/** A file read through a window, with a position. Made for walking protobuf messages of any size in little memory. */
export interface Cursor {
  readonly path: string;
  readonly size: number;
  /** Position of the next byte. */
  at: number;
  /** The last varint, as two unsigned halves. */
  low: number;
  high: number;
  /** Reads a varint to `low` and `high`, which must end before `end`. */
  varint(end: number): void;
  /** Copies a range. */
  bytes(start: number, end: number): Uint8Array;
  close(): void;
}

const WINDOW = 1 << 18;

/** Opens a file. @throws AutosplitError MODEL_NOT_FOUND */
export function openCursor(path: string): Cursor {
  let file: number;
  let size: number;
  try {
    file = openSync(path, 'r');
    const stat = fstatSync(file);
    if (!stat.isFile()) {
      closeSync(file);
      throw new Error('not a file');
    }
    size = stat.size;
  } catch (cause) {
    throw new AutosplitError('MODEL_NOT_FOUND', `cannot read the model ${path}`, {
      cause,
      hint: 'check `model` in the configuration',
    });
  }
  const window = new Uint8Array(WINDOW);
  let windowStart = 0;
  let windowEnd = 0;

  const read = (target: Uint8Array, position: number) => {
    for (let at = 0; at < target.length; ) {
      const count = readSync(file, target, at, Math.min(target.length - at, 1 << 30), position + at);
      if (count === 0) throw invalid(path, 'it became shorter while it was read');
      at += count;
    }
  };
  const fill = (position: number) => {
    windowStart = position;
    windowEnd = Math.min(position + WINDOW, size);
    read(window.subarray(0, windowEnd - windowStart), windowStart);
  };

  return {
    path,
    size,
    at: 0,
    low: 0,
    high: 0,
    varint(end) {
      let low = 0;
      let high = 0;
      for (let shift = 0; shift < 70; shift += 7) {
        if (this.at >= end) throw truncated(path, end, size);
        if (this.at < windowStart || this.at >= windowEnd) fill(this.at);
        const byte = window[this.at++ - windowStart];
        const bits = byte & 0x7f;
        if (shift < 28) low |= bits << shift;
        else if (shift === 28) {
          low |= bits << 28;
          high = bits >> 4;
        } else high |= bits << (shift - 32);
        if (byte < 0x80) {
          this.low = low >>> 0;
          this.high = high >>> 0;
          return;
        }
      }
      throw invalid(path, `there is no number at byte ${this.at - 10}`);
    },
    bytes(start, end) {
      if (end > size) throw truncated(path, end, size);
      const copy = new Uint8Array(end - start);
      if (copy.length > WINDOW) {
        read(copy, start);
        return copy;
      }
      if (start < windowStart || end > windowEnd) fill(start);
      copy.set(window.subarray(start - windowStart, end - windowStart));
      return copy;
    },
    close: () => closeSync(file),
  };
}

/** One field of a message; `start..end` is its content: without tag and length. */
export interface Field {
  id: number;
  /** 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
  wire: number;
  start: number;
  end: number;
  /** Where its tag starts. */
  tag: number;
}

/** Walks the fields of the message at `start..end`. @throws AutosplitError MODEL_INVALID */
export function* fields(cursor: Cursor, start: number, end: number): Generator<Field> {
  let at = start;
  while (at < end) {
    cursor.at = at;
    cursor.varint(end);
    const { low, high } = cursor;
    const id = low >>> 3;
    const wire = low & 7;
    if (high !== 0 || id === 0) throw invalid(cursor.path, `byte ${at} starts no field`);
    let content = cursor.at;
    let length = 0;
    if (wire === 0) {
      cursor.varint(end);
      length = cursor.at - content;
    } else if (wire === 1) length = 8;
    else if (wire === 5) length = 4;
    else if (wire === 2) {
      cursor.varint(end);
      content = cursor.at;
      length = cursor.high * 2 ** 32 + cursor.low;
    } else throw invalid(cursor.path, `byte ${at} starts no field`);
    if (length > end - content) throw truncated(cursor.path, end, cursor.size);
    yield { id, wire, start: content, end: content + length, tag: at };
    at = content + length;
  }
}

/**
 * Most bytes of one message that are held in memory: far above what exporters write, far below the memory of a
 * computer.
 */
const EAGER_LIMIT = 1 << 28;

/**
 * Splits a message: the fields `kept` are copied, tags included, into a smaller message; the fields `located` stay in
 * the file. All others (documentation, metadata) are skipped.
 */
export function split(
  cursor: Cursor,
  start: number,
  end: number,
  kept: ReadonlySet<number>,
  located: ReadonlySet<number>,
): { kept: Uint8Array; located: Field[] } {
  const copies: Uint8Array[] = [];
  const later: Field[] = [];
  let length = 0;
  for (const field of fields(cursor, start, end)) {
    if (located.has(field.id)) later.push(field);
    else if (kept.has(field.id)) {
      length += field.end - field.tag;
      if (length > EAGER_LIMIT) throw unsupported(cursor.path, 'its structure, weights aside, takes more than 256 MiB');
      copies.push(cursor.bytes(field.tag, field.end));
    }
  }
  return { kept: copies.length === 1 ? copies[0] : Buffer.concat(copies, length), located: later };
}

/** A broken file. */
export function invalid(path: string, reason: string, hint = CHECK): AutosplitError {
  return new AutosplitError('MODEL_INVALID', `${path} is not a valid ONNX model: ${reason}`, { hint });
}

const CHECK =
  'the file is damaged or its exporter at fault: fetch or export it again; onnx.checker.check_model (Python) may say more';

/** A file that is valid but cannot be used. */
export function unsupported(path: string, reason: string, hint?: string): AutosplitError {
  return new AutosplitError('MODEL_UNSUPPORTED', `${path} cannot be used: ${reason}`, hint ? { hint } : {});
}

function truncated(path: string, end: number, size: number): AutosplitError {
  return end >= size
    ? invalid(
        path,
        `it ends in the middle of a message, after ${size} bytes`,
        'the file is truncated or no ONNX file; fetch it again',
      )
    : invalid(
        path,
        `a message reaches beyond the one around it, before byte ${end}`,
        'the file is damaged; fetch it again',
      );
}
