import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { writeJpeg } from '../runtime/codecs/jpeg/index.js';

/** Node.js fetches no files; an edge side for browsers asks for its own. */
export const fileResponse = async (url: URL): Promise<Response> => new Response(await readFile(fileURLToPath(url)));

class Pixels {
  readonly data: Uint8ClampedArray;

  constructor(data: Uint8ClampedArray) {
    this.data = data;
  }
}

/**
 * What an edge side for browsers uses of a canvas, in Node.js: JPEG by the encoder that this process measured and
 * judged the split with. A browser's encoder is another one: where pictures travel as JPEG, a page sends other pictures
 * of like quality.
 */
class Canvas {
  readonly #width: number;
  readonly #height: number;
  #pixels = new Uint8Array();

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
  }

  getContext() {
    return {
      putImageData: ({ data }: Pixels) => {
        this.#pixels = new Uint8Array(this.#width * this.#height * 3).map(
          (_, i) => data[Math.floor(i / 3) * 4 + (i % 3)],
        );
      },
    };
  }

  async convertToBlob({ type, quality }: { type: string; quality: number }): Promise<Blob> {
    const picture = { pixels: this.#pixels, width: this.#width, height: this.#height, channels: 3 } as const;
    const bytes = await writeJpeg(picture, Math.round(quality * 100));
    return new Blob([bytes as Uint8Array<ArrayBuffer>], { type });
  }
}

/** Gives this process what pages have. */
export const offerCanvas = (): void => void Object.assign(globalThis, { OffscreenCanvas: Canvas, ImageData: Pixels });
