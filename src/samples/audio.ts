import { readFile } from 'node:fs/promises';
import { elementCount } from '../runtime/types.js';
import { AutosplitError } from '../util/error.js';
import { spreadIndices } from '../util/spread.js';
import { bytesPerElement, convertElements, coordinates, invalidSample, isFloat, showShape } from './elements.js';
import { relativeNames } from './names.js';
import type { NativeEncoding, SampleInput, SampleSet, SampleSource } from './types.js';
import { parseWav, type Wav, type WavFormat } from './wav.js';

/** Opens .wav clips: mixed down to mono, scaled to -1..1, exactly as long as the model's one input. */
export async function openAudioSamples(source: SampleSource, inputs: readonly SampleInput[]): Promise<SampleSet> {
  const [input] = inputs;
  if (inputs.length !== 1 || !isFloat(input.dtype)) {
    const takes = inputs.map(({ name, dtype }) => `${name} (${dtype})`).join(', ');
    throw new AutosplitError('SAMPLES_INVALID', `.wav clips fill one float input; the network takes ${takes}`, {
      hint: 'use `inputs` with .npz files',
    });
  }
  const available = relativeNames(source.files);
  const chosen = spreadIndices(source.files.length, source.limit);
  const first = await readWav(source.files[0], available[0]);
  const count = elementCount(input.shape);
  return {
    count: chosen.length,
    names: chosen.map((i) => available[i]),
    available,
    source: { [input.name]: nativeSound(input, first) },
    async load(sample) {
      const file = source.files[chosen[sample]];
      const name = available[chosen[sample]];
      const wav = await readWav(file, name);
      if (describe(wav) !== describe(first))
        throw invalidSample(file, `${describe(wav)}, where ${available[0]} is ${describe(first)}`, {
          name,
          hint: 'give all clips one format',
        });
      if (wav.mono.length !== count) {
        const hint = 'cut or pad the clips to the length that the network takes';
        throw invalidSample(
          file,
          `${wav.mono.length} samples of sound for input "${input.name}" of shape ${showShape(input.shape)}, which takes ${count}`,
          { name, hint },
        );
      }
      const data = convertElements(wav.mono, 'float64', input.dtype);
      if ('problem' in data)
        throw invalidSample(file, `holds ${data.problem}, at ${showShape(coordinates(data.index, input.shape))}`, {
          name,
        });
      return { [input.name]: { dtype: input.dtype, shape: input.shape, data } };
    },
  };
}

async function readWav(file: string, name: string): Promise<Wav> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw invalidSample(file, 'cannot be read', { name, cause });
  });
  return parseWav(bytes, file, name);
}

const describe = ({ kind, bits, channels, rate }: WavFormat) =>
  `${bits}-bit ${kind}, ${channels === 1 ? 'mono' : `${channels} channels`}, ${rate} Hz`;

/**
 * Mono PCM is its own codes. A mixdown is not on the grid of its channels, and 24 bits or more save nothing over
 * float32.
 */
function nativeSound(input: SampleInput, { kind, bits, channels }: WavFormat): NativeEncoding {
  if (kind === 'float' || channels > 1 || bits > 16) return { bits: 8 * bytesPerElement(input.dtype) };
  return { bits, scale: [2 ** (1 - bits)], zeroPoint: [2 ** (bits - 1)] };
}
