import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { writeJpeg } from '../runtime/codecs/jpeg/index.js';

/** Reads a file for `fetch`: edge sides for browsers fetch their files, and Node.js fetches no `file:` URLs. */
export const fileResponse = async (url: URL): Promise<Response> => new Response(await readFile(fileURLToPath(url)));

class Pixels {
  readonly data: Uint8ClampedArray;

  constructor(data: Uint8ClampedArray) {
    this.data = data;
  }
}

/**
 * The parts of a canvas that edge sides for browsers use, in Node.js. It writes JPEG with the encoder that the split was
 * measured with. Browsers have other encoders: their pictures differ, at a similar quality.
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

/** Defines the globals of pages that edge sides for browsers use. */
export const offerCanvas = (): void => void Object.assign(globalThis, { OffscreenCanvas: Canvas, ImageData: Pixels });
