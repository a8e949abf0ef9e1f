import type { InputEncoding } from '../config/resolved.js';
import { roundSignificant, SIZE_BITS } from '../numerics/round.js';
import { bitsOf } from '../onnx/element.js';
import type { Fact } from '../onnx/graph.js';
import { encodedInputBytes } from '../samples/encode.js';
import type { SampleSet } from '../samples/open.js';
import type { InputProfile } from './profile.js';

/** How each network input may travel, and its mean size over the samples: raw as it is stored, and in the configured encoding. */
export async function inputProfiles(
  inputs: readonly Fact[],
  samples: SampleSet,
  encoding: InputEncoding,
): Promise<Map<string, InputProfile>> {
  const measured = new Map<string, Record<string, number>>();
  for (const name of new Set<InputEncoding>(['raw', encoding])) measured.set(name, await encodedInputBytes(samples, name));
  return new Map(inputs.map((input) => [input.name, inputProfile(input, samples, measured)]));
}

function inputProfile({ name, dtype }: Fact, samples: SampleSet, measured: ReadonlyMap<string, Record<string, number>>): InputProfile {
  const { bits, scale, zeroPoint, axis } = samples.source[name];
  const plainBits = dtype && bitsOf(dtype);
  const native =
    scale && zeroPoint && (bits === 8 || bits === 16)
      ? { bits: bits as 8 | 16, scale, zeroPoint, ...(axis !== undefined && { axis }) }
      : undefined;
  const bytes = [...measured].map(([encoding, sizes]): [string, number] => [encoding, Math.ceil(roundSignificant(sizes[name], SIZE_BITS))]);
  return { name, ...(native && { native }), ...(plainBits !== undefined && { plainBits }), bytes: new Map(bytes) };
}
