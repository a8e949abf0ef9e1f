import { type Encode, qualityOf } from '../codec.js';
import { pictureOf } from '../pictures/shape.js';
import { withoutMetadata } from './metadata.js';

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

/** JPEG by the canvas of a page. One channel is written as three equal ones: a canvas has no grey. */
export const encodeJpegInPage: Encode = async (wire, codes) => {
  const { pixels, width, height, channels } = pictureOf(codes, wire.shape);
  const colours = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 3; c++) colours[4 * i + c] = pixels[channels * i + Math.min(c, channels - 1)];
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d', { alpha: false })?.putImageData(new ImageData(colours, width, height), 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: qualityOf(wire.encoding) / 100 });
  return withoutMetadata(new Uint8Array(await blob.arrayBuffer()));
};
