import { ProtocolError } from '../errors.js';
import { writePicture } from '../platform.js';

/** How an image encoding is written: `png`, or `jpeg:` or `webp:` and a quality of 1..100. */
const IMAGE = /^(?:png|(jpeg|webp):(\d{1,3}))$/;

/** First bytes of the formats; -1 where a file has its length. */
const SIGNATURES = {
  png: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  jpeg: [0xff, 0xd8, 0xff],
  webp: [0x52, 0x49, 0x46, 0x46, -1, -1, -1, -1, 0x57, 0x45, 0x42, 0x50],
};

export function isImageEncoding(encoding: string): boolean {
  return IMAGE.test(encoding);
}

/** True for image encodings that may lose something. */
export const isLossy = (encoding: string): boolean => isImageEncoding(encoding) && encoding !== 'png';

/** Encodes 8-bit codes of shape [1, C, H, W] or [C, H, W], C 1 or 3, as an image. */
export async function encodeImage(codes: Uint8Array, shape: readonly number[], encoding: string): Promise<Uint8Array> {
  const { channels, height, width } = imageShape(shape);
  const [, format = 'png', quality] = IMAGE.exec(encoding) ?? [];
  const pixels = interleave(codes, channels);
  return writePicture({ pixels, width, height, channels }, format as keyof typeof SIGNATURES, Number(quality));
}

/** Decodes an image of the given encoding and size to codes in NCHW order. Errors: ProtocolError 400. */
export async function decodeImage(
  name: string,
  content: Uint8Array,
  shape: readonly number[],
  encoding: string,
): Promise<Uint8Array> {
  const { channels, height, width } = imageShape(shape);
  const format = encoding.replace(/:.*/, '') as keyof typeof SIGNATURES;
  // Only these decoders ever see the bytes: libvips reads many other formats.
  if (!SIGNATURES[format].every((byte, i) => byte < 0 || content[i] === byte))
    throw new ProtocolError(400, `tensor ${name}: not a ${format} image`);
  const sharp = await loadSharp();
  try {
    const image = sharp(content, { limitInputPixels: width * height, failOn: 'error' });
    const size = await image.metadata();
    if (size.width === width && size.height === height && !size.hasAlpha) {
      const { data, info } = await image
        .toColourspace(channels === 1 ? 'b-w' : 'srgb')
        .raw()
        .toBuffer({ resolveWithObject: true });
      if (info.channels === channels) return planar(data, channels);
    }
  } catch {
    throw new ProtocolError(400, `tensor ${name}: the ${format} image is broken or too large`);
  }
  throw new ProtocolError(400, `tensor ${name}: the image must be ${width}x${height} with ${channels} channels`);
}

/** True for tensors of 1 or 3 channels first and no batch. */
export function isImageShape(shape: readonly number[]): boolean {
  const channels = shape.at(-3);
  return (channels === 1 || channels === 3) && shape.slice(0, -3).every((n) => n === 1);
}

/** Channels, height and width of an image tensor; throws where the shape is none. */
export function imageShape(shape: readonly number[]): { channels: 1 | 3; height: number; width: number } {
  const [channels, height, width] = shape.slice(-3);
  if (!isImageShape(shape) || (channels !== 1 && channels !== 3)) {
    throw new Error(`a tensor of shape ${shape.join('x')} is no image: 1 or 3 channels first, and no batch`);
  }
  return { channels, height, width };
}

/** Only a split that sends images needs sharp. */
async function loadSharp() {
  const { default: sharp } = await import('sharp');
  return sharp;
}

/** CHW -> HWC. */
function interleave(codes: Uint8Array, channels: number): Uint8Array {
  if (channels === 1) return codes;
  const plane = codes.length / channels;
  const pixels = new Uint8Array(codes.length);
  for (let c = 0; c < channels; c++) for (let i = 0; i < plane; i++) pixels[i * channels + c] = codes[c * plane + i];
  return pixels;
}

/** HWC -> CHW. */
function planar(pixels: Uint8Array, channels: number): Uint8Array {
  const plane = pixels.length / channels;
  const codes = new Uint8Array(pixels.length);
  for (let c = 0; c < channels; c++) for (let i = 0; i < plane; i++) codes[c * plane + i] = pixels[i * channels + c];
  return codes;
}
