import type { Inference } from '../inference/session.js';
import { addValues, createHistogram, mergeHistograms } from '../numerics/histogram.js';
import type { Evidence } from '../ptq/range-methods.js';
import type { SampleSet } from '../samples/open.js';
import { AutosplitError } from '../util/error.js';

/** Bytes of activations that are held at once. The model runs once per group of tensors of this size. */
const GROUP_BYTES = 256 * 2 ** 20;

export interface StatisticsTensor {
  name: string;
  elements: number;
}

/**
 * Histograms of float32 tensors over all samples, in bounded memory: tensors are taken in groups, and values are
 * streamed. Ranges are fitted on the even samples and checked on the odd ones, so each tensor has a histogram of
 * either.
 * @param inputs model inputs, which are read from the samples
 */
export async function activationHistograms(
  inference: Pick<Inference, 'run'>,
  samples: SampleSet,
  tensors: readonly StatisticsTensor[],
  inputs: ReadonlySet<string>,
  onProgress: (done: number, of: number) => void,
): Promise<Map<string, Evidence>> {
  // Odd samples are held out, to compare ranges that were fitted on the even ones.
  const halves = [0, 1].map(() => new Map(tensors.map(({ name }) => [name, createHistogram()])));
  const groups = groupBySize(tensors.filter(({ name }) => !inputs.has(name)));
  const add = (name: string, values: Float32Array, sample: number) => {
    const histogram = halves[sample % 2].get(name);
    const bad = histogram ? addValues(histogram, values) : -1;
    if (bad >= 0)
      throw new AutosplitError(
        'INFERENCE_FAILED',
        `tensor "${name}" holds ${values[bad]} at position ${bad} for sample ${samples.names[sample]}`,
        {
          hint: 'a network that gives NaN or infinity on its samples cannot be quantized: check preprocess and the model',
        },
      );
  };
  const total = groups.length * samples.count;
  for (const [round, group] of groups.entries())
    for (let sample = 0; sample < samples.count; sample++) {
      const feeds = await samples.load(sample);
      if (round === 0)
        for (const name of inputs) if (halves[0].has(name)) add(name, feeds[name].data as Float32Array, sample);
      // A model without inner float32 tensors does not run.
      const results = group.length > 0 ? await inference.run(feeds, group) : {};
      for (const name of group) add(name, results[name].data as Float32Array, sample);
      onProgress(round * samples.count + sample + 1, total);
    }
  return new Map(
    tensors.map(({ name }) => {
      const [fitted, held] = halves.map((half) => half.get(name) ?? createHistogram());
      return [name, { fitted, held, all: mergeHistograms(fitted, held) }];
    }),
  );
}

function groupBySize(tensors: readonly StatisticsTensor[]): string[][] {
  const groups: string[][] = [[]];
  let bytes = 0;
  for (const { name, elements } of tensors) {
    if (bytes + elements * 4 > GROUP_BYTES && groups[groups.length - 1].length > 0) {
      groups.push([]);
      bytes = 0;
    }
    groups[groups.length - 1].push(name);
    bytes += elements * 4;
  }
  return groups;
}
