import { encodeImage } from '../runtime/image.js';
import { AutosplitError } from '../util/error.js';
import { elementCount } from './elements.js';
import type { SampleSet } from './types.js';

/**
 * Mean bytes of each input over the samples under an encoding, rounded up, by input name. `raw` is the native bits of each element;
 * `png` and `jpeg:Q` are measured on the resized and cropped 8-bit pictures, encoded just as the edge client encodes them.
 * Throws CONFIG_INVALID for an image encoding of samples that are no images.
 */
export async function encodedInputBytes(samples: SampleSet, encoding: 'raw' | 'png' | `jpeg:${number}`): Promise<Record<string, number>> {
  if (encoding === 'raw') {
    const first = await samples.load(0);
    return Object.fromEntries(
      Object.entries(first).map(([name, { shape }]) => [name, Math.ceil((elementCount(shape) * samples.source[name].bits) / 8)]),
    );
  }
  if (!samples.images) {
    throw new AutosplitError('CONFIG_INVALID', `input.encoding ${encoding} is for images, and the samples are none`, {
      hint: 'use `encoding: raw`',
    });
  }
  const sums = new Map<string, number>();
  for (let i = 0; i < samples.count; i++) {
    for (const [name, { codes, shape }] of Object.entries(await samples.images(i))) {
      sums.set(name, (sums.get(name) ?? 0) + (await encodeImage(codes, shape, encoding)).length);
    }
  }
  return Object.fromEntries([...sums].map(([name, sum]) => [name, Math.ceil(sum / samples.count)]));
}
