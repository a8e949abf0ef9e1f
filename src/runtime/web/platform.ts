import { EdgeError } from '../errors.js';
import type * as node from '../platform.js';
import { withoutProse } from './jpeg.js';

/** What is used of a browser's canvas; the compiler knows Node.js alone. */
declare class OffscreenCanvas {
  constructor(width: number, height: number);
  getContext(
    kind: '2d',
    options: { alpha: boolean },
  ): { putImageData(image: ImageData, x: number, y: number): void } | null;
  convertToBlob(options: { type: string; quality: number }): Promise<Blob>;
}
declare class ImageData {
  constructor(data: Uint8ClampedArray, width: number, height: number);
}

/** A canvas writes JPEG everywhere; it has no other format that every browser writes and none alters. */
export const writePicture: typeof node.writePicture = async ({ pixels, width, height, channels }, format, quality) => {
  if (format !== 'jpeg') throw new EdgeError('BUNDLE', `browsers do not write ${format} for this split`);
  const colours = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 3; c++) colours[4 * i + c] = pixels[channels * i + Math.min(c, channels - 1)];
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d', { alpha: false })?.putImageData(new ImageData(colours, width, height), 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: quality / 100 });
  return withoutProse(new Uint8Array(await blob.arrayBuffer()));
};

export const compressBrotli: typeof node.compressBrotli = async () => {
  throw new EdgeError('BUNDLE', 'browsers do not write brotli for this split');
};
