import { AutosplitError } from '../util/error.js';
import { openArraySamples } from './arrays.js';
import { openAudioSamples } from './audio.js';
import { isSampleType, showShape } from './elements.js';
import { openImageSamples } from './images.js';
import type { InputFact, SampleInput, SampleSet, SampleSource } from './types.js';

export type { SampleSet } from './types.js';

/**
 * Opens samples for the inputs of a model, whose shapes must be fixed. Only headers are read here; {@link
 * SampleSet.load} decodes. Throws SAMPLES_NOT_FOUND where there is no file, SHAPE_UNKNOWN for a symbolic dimension,
 * SAMPLES_INVALID for the rest.
 */
export async function openSamples(source: SampleSource, inputs: readonly InputFact[]): Promise<SampleSet> {
  if (source.files.length === 0) throw new AutosplitError('SAMPLES_NOT_FOUND', `no file matches ${source.pattern}`);
  const checked = inputs.map(checkInput);
  if (source.kind === 'images') return openImageSamples(source, checked);
  return source.kind === 'audio' ? openAudioSamples(source, checked) : openArraySamples(source, checked);
}

function checkInput({ name, dtype, shape }: InputFact): SampleInput {
  if (!isSampleType(dtype)) {
    throw new AutosplitError(
      'SAMPLES_INVALID',
      `input "${name}" is ${dtype === undefined ? 'no tensor' : `of type ${dtype}`}: samples cannot fill it`,
    );
  }
  if (!shape?.every((dim): dim is number => typeof dim === 'number')) {
    throw new AutosplitError(
      'SHAPE_UNKNOWN',
      `input "${name}" has the shape ${shape ? showShape(shape) : 'of unknown rank'}, not fixed`,
      {
        hint: `fix it: model: { path: ..., inputs: { ${name}: [...] } }`,
      },
    );
  }
  return { name, dtype, shape: [...shape] };
}
