import type { SplitSpec } from '../runtime/spec.js';
import { ELEMENT_BYTES, elementCount } from '../runtime/types.js';
import { AutosplitError } from '../util/error.js';
import type { Answer, Sample } from './job.js';

/** Samples as standard input of an edge side that is a program: one line of JSON each, `{ "INPUT": "base64" }`. */
export const sampleLines = (samples: readonly Sample[]): string =>
  samples
    .map((sample) =>
      Object.fromEntries(
        Object.entries(sample).map(([name, { bytes }]) => [name, Buffer.from(bytes).toString('base64')]),
      ),
    )
    .map((sample) => `${JSON.stringify(sample)}\n`)
    .join('');

/**
 * Reads the answers of such a program: one line of JSON for each sample,
 * `{ "wire": { "TENSOR": "base64" }, "outputs": { "OUTPUT": "base64" } }`.
 * @throws AutosplitError VERIFICATION_FAILED where a line is missing, or a tensor has a wrong length
 */
export function readAnswers(spec: SplitSpec, text: string, samples: number): Answer[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length !== samples) throw broken(`answers ${samples} samples with ${lines.length} lines`);
  const wire = spec.wire.map((tensor) => [tensor.name, tensor.packedBytes] as const);
  const outputs = spec.outputs
    .filter(({ name }) => spec.edgeOutputs.includes(name))
    .map(({ name, dtype, shape }) => [name, elementCount(shape) * ELEMENT_BYTES[dtype]] as const);
  return lines.map((line, index) => {
    const answer = recordOf(line);
    if (answer === undefined) throw broken(`answers sample ${index} with a line that is no JSON object`);
    const tensors = (key: 'wire' | 'outputs', lengths: readonly (readonly [string, number])[]) => {
      const given = (answer[key] ?? {}) as Record<string, unknown>;
      return Object.fromEntries(
        lengths.map(([name, length]) => {
          const value = given[name];
          const bytes = typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : undefined;
          if (bytes?.length !== length)
            throw broken(
              `answers sample ${index} with ${bytes?.length ?? 'no'} bytes in ${key}["${name}"], which has ${length}`,
            );
          return [name, bytes];
        }),
      );
    };
    return { wire: tensors('wire', wire), outputs: tensors('outputs', outputs) };
  });
}

function recordOf(line: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const broken = (what: string) => new AutosplitError('VERIFICATION_FAILED', `the generated edge side ${what}`);
