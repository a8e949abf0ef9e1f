import type { Profile } from '../calibrate/profile.js';
import { fixedSize } from '../calibrate/sizes.js';
import { bitsOf } from '../onnx/element.js';
import type { Plan, PlanningProblem, WireOption } from '../planner/core/problem.js';
import type { PlanDocument } from './plan.gen.js';

type PayloadOptions = PlanDocument['payload'][number];

/**
 * All wire options of the inputs of the model, which cloud-only sends, and of the crossing tensors of a plan.
 */
export function payloadOptions(
  plan: Plan,
  { problem, profile }: { problem: PlanningProblem; profile: Profile },
): PayloadOptions[] {
  const crosses = new Set(plan.crossing);
  return problem.tensors.flatMap(({ name, elements, producer, wire }, index): PayloadOptions[] => {
    const isInput = producer < 0;
    if (!isInput && !crosses.has(index)) return [];
    const known = profile.tensors.get(name);
    const width = (known && bitsOf(known.dtype)) ?? 32;
    const options = wire.map(({ bits, encoding, bytes, error }, option) => ({
      bits,
      encoding,
      ...encodedSize(name, { bits, encoding, bytes }, profile),
      error,
      chosen: crosses.has(index) && plan.assignment.wire[index] === option,
    }));
    return [{ tensor: name, shape: known?.shape ?? [], input: isInput, plainBytes: (elements * width) / 8, options }];
  });
}

/** Encoded bytes of a tensor with one wire option, over the samples. */
export function encodedSize(
  name: string,
  { bits, encoding, bytes }: Pick<WireOption, 'bits' | 'encoding' | 'bytes'>,
  { inputs, tensors }: Profile,
): { bytes: number; p50: number; p95: number } {
  const sizes = inputs.get(name)?.sizes ?? tensors.get(name)?.payload;
  const { mean, p50, p95 } = sizes?.get(bits)?.get(encoding) ?? fixedSize(bytes);
  return { bytes: mean, p50, p95 };
}
