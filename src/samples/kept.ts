import { type BoundedMap, boundedMap } from '../util/bounded.js';
import type { SampleImage, SampleSet, SampleSource, SampleTensor } from './types.js';

/** Bytes of decoded samples that are held; those beyond are decoded again. */
const KEPT_BYTES = 256 * 2 ** 20;

/** By input name: 8-bit codes of a picture, or the tensor where the sample is no picture. */
type Decoded = Readonly<Record<string, SampleImage | SampleTensor>>;

/** Room for the decoded samples of all sets of a build. */
export interface SampleRoom {
  /**
   * The same samples, decoded once while there is room, even if several sets have them. Of pictures the 8-bit codes are
   * held, a quarter of their float32 values. Callers must not change what they get.
   * @param source what the samples were opened from
   */
  keep(samples: SampleSet, source: Pick<SampleSource, 'kind' | 'preprocess' | 'files'>): SampleSet;
}

export function sampleRoom(limitBytes = KEPT_BYTES): SampleRoom {
  const held: BoundedMap<Decoded> = boundedMap(limitBytes, bytesOf);
  const origins = new Map<string, number>();
  const decodeOnce = async <T extends Decoded>(key: string, decode: () => Promise<T>): Promise<T> => {
    const known = held.get(key);
    if (known) return known as T;
    const decoded = await decode();
    held.set(key, decoded);
    return decoded;
  };
  return {
    keep(samples, { kind, preprocess, files }) {
      const origin = JSON.stringify([kind, preprocess, files]);
      const set = origins.get(origin) ?? origins.size;
      origins.set(origin, set);
      const keyOf = (index: number) => `${set} ${samples.names[index]}`;
      const { pictures } = samples;
      if (!pictures) return { ...samples, load: (index) => decodeOnce(keyOf(index), () => samples.load(index)) };
      const decode = (index: number) => decodeOnce(keyOf(index), () => pictures.decode(index));
      return {
        ...samples,
        pictures: { ...pictures, decode },
        load: async (index) => pictures.toTensors(await decode(index)),
      };
    },
  };
}

const bytesOf = (sample: Decoded): number =>
  Object.values(sample).reduce((sum, each) => sum + ('codes' in each ? each.codes : each.data).byteLength, 0);
