import type { WireTensor } from '../spec.js';

/** What encoders and decoders have to know of a crossing tensor. */
export type Coded = Pick<WireTensor, 'name' | 'shape' | 'bits' | 'encoding' | 'packedBytes' | 'scale' | 'zeroPoint'>;

/** A tensor that may cross, as planning sees it. */
export interface Crossing extends Pick<WireTensor, 'shape' | 'bits' | 'scale'> {
  /** Element type before quantization. */
  dtype?: string | undefined;
  /** True for inputs of the model whose samples are pictures. */
  isPicture?: boolean;
}

/** What both sides of a bundle know of a codec. */
export interface WireForm {
  /**
   * - `plain`: the packed bytes travel unchanged.
   * - `gzip`: they are compressed by the Content-Encoding of the request, which every server of the protocol undoes.
   * - `element`: they are one `BYTES` element, which the cloud side of autosplit decodes before the model.
   */
  travels: 'plain' | 'gzip' | 'element';
  /** True where decoding gives other bytes than were encoded. */
  isLossy: boolean;
  /** True where an encoding names a quality of 1 to 100 behind the codec: `jpeg:90`. */
  hasQuality: boolean;
}

/** Codes the packed bytes of a tensor. Same bytes, same result, on every machine of the platform. */
export type Encode = (wire: Coded, bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/**
 * The packed bytes of a tensor; undefined where `content` is no valid stream of them. Never makes more bytes than the
 * tensor has. Errors: ProtocolError 400, where there is more to say than that.
 */
export type Decode = (wire: Coded, content: Uint8Array) => Uint8Array | undefined | Promise<Uint8Array | undefined>;

/** Where the code of a codec runs. */
export type Platform = 'node' | 'page';

/** A codec as planning sees it: one folder of codecs/ each. */
export interface Codec {
  /** Lower-case letters: the part of an encoding before its quality. */
  name: string;
  form: WireForm;
  /** What it codes: any packed bytes, or 8-bit codes as a picture. */
  codes: 'bytes' | 'pictures';
  /** Whether it is worth trying for a tensor. */
  applies(crossing: Crossing): boolean;
  /** Its encodings that `auto` tries. */
  offers: readonly string[];
  /**
   * Encoded size of `packedBytes` packed bytes, if it does not depend on the values. Absent if samples must be encoded
   * to know it.
   */
  fixedBytes?(packedBytes: number): number;
  /**
   * Nanoseconds per packed byte on one core of the reference machine of `npm run bench -- payload codecs`, which
   * measures them: rounded, so that plans do not depend on the machine that makes them.
   */
  nanoseconds: { encode: number; decode: number };
  /** Platforms on which edge sides can encode it. */
  encodesIn: readonly Platform[];
  /** Packages that either side needs for it on Node.js. */
  packages: readonly string[];
  encode: Encode;
  /** Absent where nothing is to be undone, or HTTP undoes it. */
  decode?: Decode;
}

const ENCODING = /^([a-z]+)(?::([1-9]\d?|100))?$/;

/** Name of the codec of an encoding: `jpeg` of `jpeg:90`. */
export const codecName = (encoding: string): string => encoding.replace(/:.*/, '');

/** Quality of 1 to 100 in an encoding such as `jpeg:90`; NaN where it names none. */
export const qualityOf = (encoding: string): number => Number(ENCODING.exec(encoding)?.[2]);

/**
 * The entry of a table by codec name for an encoding; undefined where the name is not in the table, or where the
 * encoding lacks a quality or has one too many.
 */
export function entryOf<T extends { form: WireForm }>(
  table: Readonly<Record<string, T>>,
  encoding: string,
): T | undefined {
  const [, name = '', quality] = ENCODING.exec(encoding) ?? [];
  const entry = Object.hasOwn(table, name) ? table[name] : undefined;
  return entry?.form.hasQuality === (quality !== undefined) ? entry : undefined;
}
