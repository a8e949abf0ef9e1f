import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { ProtocolError } from '../../errors.js';

const DECODERS = { gzip: promisify(gunzip), 'x-gzip': promisify(gunzip), deflate: promisify(inflate) };

/**
 * Decompresses a request body; at most `limit` bytes are in memory.
 * Errors: ProtocolError 400 (broken stream), 413 (larger than the limit), 415 (unknown encoding).
 */
export async function inflateBody(body: Uint8Array, encoding: string | undefined, limit: number): Promise<Uint8Array> {
  const name = (encoding ?? 'identity').trim().toLowerCase();
  if (name === 'identity' || name === '') return body;
  if (!Object.hasOwn(DECODERS, name))
    throw new ProtocolError(415, 'Content-Encoding must be gzip, deflate or identity');
  try {
    return await DECODERS[name as keyof typeof DECODERS](body, { maxOutputLength: limit });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw new ProtocolError(413, `the body inflates to more than ${limit} bytes`);
    }
    throw new ProtocolError(400, `the body is not a valid ${name} stream`);
  }
}
