import { encodeImage } from '../runtime/codecs/image.js';
import { AutosplitError } from '../util/error.js';
import type { SampleSet } from './types.js';

/**
 * Bytes of each input for each sample as an image, by input name: measured on the resized and cropped 8-bit pictures,
 * encoded just as the edge client encodes them. Throws CONFIG_INVALID for samples that are no images.
 * @param encoding `png`, `jpeg:Q` or `webp:Q`
 */
export async function encodedImageSizes(samples: SampleSet, encoding: string): Promise<Record<string, number[]>> {
  if (!samples.images) {
    throw new AutosplitError('CONFIG_INVALID', `input.encoding ${encoding} is for images, and the samples are none`, {
      hint: 'use `encoding: raw`',
    });
  }
  const sizes: Record<string, number[]> = {};
  for (let i = 0; i < samples.count; i++) {
    for (const [name, { codes, shape }] of Object.entries(await samples.images(i))) {
      sizes[name] = [...(sizes[name] ?? []), (await encodeImage(codes, shape, encoding)).length];
    }
  }
  return sizes;
}
