import { deflateSync } from 'fflate';
import { concatBytes } from '../../types.js';

/** DEFLATE level. fflate gives the same bytes on every machine. */
const LEVEL = 6;
/** Most bytes that one stored DEFLATE block holds (RFC 1951, 3.2.4). */
const STORED_BLOCK = 0xffff;
/** Magic, method deflate, no flags, no time, unknown system (RFC 1952, 2.3). */
const HEADER = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/** Raw DEFLATE stream of `bytes`: what a tensor with encoding `deflate` takes on the wire. */
export function deflateBytes(bytes: Uint8Array): Uint8Array {
  return deflateSync(bytes, { level: LEVEL });
}

/**
 * Gzip stream of `stored` followed by `compressed`. The first part is stored uncompressed, which takes no time: it
 * holds tensors that the plan sends raw. Both are in one member, because servers such as Triton read only the first
 * member.
 */
export function gzipParts(stored: Uint8Array[], compressed: Uint8Array[]): Uint8Array {
  const head = concatBytes(stored);
  const tail = concatBytes(compressed);
  const deflated = deflateBytes(tail);
  const blocks = Math.ceil(head.length / STORED_BLOCK);
  const out = new Uint8Array(HEADER.length + head.length + 5 * blocks + deflated.length + 8);
  const view = new DataView(out.buffer);
  out.set(HEADER);
  let at = HEADER.length;
  for (let start = 0; start < head.length; start += STORED_BLOCK) {
    const block = head.subarray(start, start + STORED_BLOCK);
    // Type 0 and not the last block; then the length and its complement.
    view.setUint8(at, 0);
    view.setUint16(at + 1, block.length, true);
    view.setUint16(at + 3, ~block.length & 0xffff, true);
    out.set(block, at + 5);
    at += 5 + block.length;
  }
  out.set(deflated, at);
  at += deflated.length;
  view.setUint32(at, crc32(tail, crc32(head)), true);
  view.setUint32(at + 4, (head.length + tail.length) >>> 0, true);
  return out;
}

let table: Uint32Array | undefined;

/** CRC-32 of RFC 1952, continued from that of the bytes before. */
function crc32(bytes: Uint8Array, before = 0): number {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });
  let crc = ~before;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ table[(crc ^ bytes[i]) & 0xff];
  return ~crc >>> 0;
}
