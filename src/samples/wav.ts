import { invalidSample } from './elements.js';

/** How a .wav file stores its sound. */
export interface WavFormat {
  kind: 'integer' | 'float';
  /** Bits of one stored value: 8, 16, 24 or 32 for integers, 32 or 64 for floats. */
  bits: number;
  channels: number;
  /** Samples a second. */
  rate: number;
}

export interface Wav extends WavFormat {
  /** Mean over the channels; integers are scaled to -1..1. */
  mono: Float64Array;
}

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;

/**
 * Parses a RIFF/WAVE file with integer PCM or float sound. Throws SAMPLES_INVALID for anything else, and where it is
 * cut off.
 */
export function parseWav(bytes: Uint8Array, file: string, name = file): Wav {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < 12 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE')
    throw invalidSample(file, 'not a .wav file', { name });
  let format: WavFormat | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    const body = at + 8;
    if (body + length > bytes.length)
      throw invalidSample(
        file,
        `truncated: the ${tag(at).trim()} chunk has ${length} bytes, ${bytes.length - body} are there`,
        { name },
      );
    if (tag(at) === 'fmt ') format = parseFormat(view, body, length, file, name);
    if (tag(at) === 'data') {
      if (!format) throw invalidSample(file, 'sound before its format', { name });
      return { ...format, mono: mixDown(new DataView(bytes.buffer, bytes.byteOffset + body, length), format) };
    }
    // Chunks start at even offsets.
    at = body + length + (length % 2);
  }
  throw invalidSample(file, 'truncated: no sound in the .wav file', { name });
}

function parseFormat(view: DataView, at: number, length: number, file: string, name: string): WavFormat {
  if (length < 16) throw invalidSample(file, 'the format of the .wav file is cut off', { name });
  const tag = view.getUint16(at, true);
  // WAVE_FORMAT_EXTENSIBLE carries the real format at the head of a GUID.
  const code = tag === EXTENSIBLE && length >= 26 ? view.getUint16(at + 24, true) : tag;
  const channels = view.getUint16(at + 2, true);
  const rate = view.getUint32(at + 4, true);
  const bits = view.getUint16(at + 14, true);
  const kind =
    code === PCM && [8, 16, 24, 32].includes(bits)
      ? 'integer'
      : code === FLOAT && [32, 64].includes(bits)
        ? 'float'
        : undefined;
  if (!kind || channels === 0)
    throw invalidSample(file, `format ${code} with ${bits} bits and ${channels} channels`, {
      name,
      hint: 'save PCM of 8, 16, 24 or 32 bits, or float',
    });
  return { kind, bits, channels, rate };
}

function mixDown(view: DataView, { kind, bits, channels }: WavFormat): Float64Array {
  const step = bits / 8;
  const readers: Record<string, (at: number) => number> = {
    // 8-bit sound is unsigned by definition of the format.
    integer8: (at) => (view.getUint8(at) - 128) / 128,
    integer16: (at) => view.getInt16(at, true) / 2 ** 15,
    integer24: (at) => (view.getInt16(at + 1, true) * 256 + view.getUint8(at)) / 2 ** 23,
    integer32: (at) => view.getInt32(at, true) / 2 ** 31,
    float32: (at) => view.getFloat32(at, true),
    float64: (at) => view.getFloat64(at, true),
  };
  const read = readers[kind + bits];
  const mono = new Float64Array(Math.floor(view.byteLength / (step * channels)));
  for (let i = 0; i < mono.length; i++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += read((i * channels + channel) * step);
    mono[i] = sum / channels;
  }
  return mono;
}
