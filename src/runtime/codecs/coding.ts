/**
 * Coding of one crossing tensor by the codec that its split names. A coded tensor travels as one `BYTES` element with
 * the parameter {@link CODING_PARAMETER}; the server gives the model the bytes from before coding.
 */
import { EdgeError, ProtocolError } from '../errors.js';
import { type Coded, entryOf } from './codec.js';
import { DECODERS, type Decoder } from './decoders.js';
import { ENCODERS, type Encoder } from './encoders.js';

/** Parameter of an OIP tensor that says how its element is coded: the `encoding` of the wire tensor. */
export const CODING_PARAMETER = 'autosplit_encoding';

type Named = Pick<Coded, 'name' | 'encoding'>;

/** The encoder of a tensor. Errors: EdgeError BUNDLE where this edge side does not have it. */
export function encoderOf({ name, encoding }: Named): Encoder {
  const encoder = entryOf(ENCODERS, encoding);
  if (encoder) return encoder;
  const known = Object.keys(ENCODERS).join(', ');
  throw new EdgeError('BUNDLE', `tensor ${name}: this edge side does not encode ${encoding}; it encodes ${known}`);
}

/** The decoder of a tensor. Errors: ProtocolError 500 where this cloud side does not have it. */
export function decoderOf({ name, encoding }: Named): Decoder {
  const decoder = entryOf(DECODERS, encoding);
  if (decoder) return decoder;
  const known = Object.keys(DECODERS).join(', ');
  throw new ProtocolError(500, `tensor ${name}: this cloud side does not decode ${encoding}; it decodes ${known}`);
}

/** Codes the bytes that the cloud model would take. Errors: EdgeError BUNDLE. */
export async function encodeTensorBytes(wire: Coded, bytes: Uint8Array): Promise<Uint8Array> {
  const { encode } = encoderOf(wire);
  return encode ? encode(wire, bytes) : bytes;
}

/**
 * The bytes that the cloud model takes. What is made of them never exceeds what the tensor has. Errors: ProtocolError
 * 400.
 */
export async function decodeTensorBytes(wire: Coded, content: Uint8Array): Promise<Uint8Array> {
  const { decode } = decoderOf(wire);
  const bytes = decode ? await decode(wire, content) : content;
  if (bytes?.length === wire.packedBytes) return bytes;
  throw new ProtocolError(
    400,
    `tensor ${wire.name}: its data is no valid ${wire.encoding} stream of ${wire.packedBytes} bytes`,
  );
}
