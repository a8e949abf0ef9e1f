/**
 * What the wire asks of the platform. scripts/build.mjs puts web/platform.ts in its place where the runtime is compiled
 * for browsers.
 */

/** Rows of pixels, the channels of a pixel side by side. */
export interface Picture {
  pixels: Uint8Array;
  width: number;
  height: number;
  channels: 1 | 3;
}

/** More takes tens of times as long for a hundredth. */
const BROTLI_QUALITY = 9;

/** The bytes of an image file; `quality` of 1..100 is that of `jpeg` and `webp`. */
export async function writePicture(
  { pixels, ...raw }: Picture,
  format: 'png' | 'jpeg' | 'webp',
  quality: number,
): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  let image = sharp(pixels, { raw });
  if (raw.channels === 1) image = image.toColourspace('b-w');
  const encoded =
    format === 'jpeg'
      ? image.jpeg({ quality })
      : format === 'webp'
        ? image.webp({ quality })
        : image.png({ compressionLevel: 6, adaptiveFiltering: true });
  const buffer = await encoded.toBuffer();
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

export async function compressBrotli(bytes: Uint8Array): Promise<Uint8Array> {
  const { brotliCompressSync, constants } = await import('node:zlib');
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = constants;
  const params = {
    [BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
    // A window of the tensor's own size: a larger one takes its time to be cleared.
    [BROTLI_PARAM_LGWIN]: Math.max(10, Math.min(22, Math.ceil(Math.log2(bytes.length + 16)))),
    [BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return brotliCompressSync(bytes, { params });
}
