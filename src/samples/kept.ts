import { type BoundedMap, boundedMap } from '../util/bounded.js';
import type { SampleSet, SampleTensor } from './types.js';

/** Bytes of decoded samples that are held; those beyond are decoded again. */
const KEPT_BYTES = 256 * 2 ** 20;

type Decoded = Record<string, SampleTensor>;

/** Room for the decoded samples of all sets of a build. */
export interface SampleRoom {
  /** The same samples, decoded once as long as there is room. What they give must not be changed. */
  keep(samples: SampleSet): SampleSet;
}

export function sampleRoom(limitBytes = KEPT_BYTES): SampleRoom {
  const bytesOf = (sample: Decoded) => Object.values(sample).reduce((sum, { data }) => sum + data.byteLength, 0);
  const decoded: BoundedMap<Decoded> = boundedMap(limitBytes, bytesOf);
  let sets = 0;
  return {
    keep(samples) {
      const set = sets++;
      return {
        ...samples,
        async load(index) {
          const key = `${set} ${index}`;
          const known = decoded.get(key);
          if (known) return known;
          const sample = await samples.load(index);
          decoded.set(key, sample);
          return sample;
        },
      };
    },
  };
}
