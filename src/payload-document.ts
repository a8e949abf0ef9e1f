import { bitsOf } from './onnx/element.js';
import type { PlanDocument } from './plan-document.gen.js';
import type { Plan, PlanningProblem } from './planner/problem.js';
import type { Profile } from './profile/profile.js';

type PayloadOptions = PlanDocument['payload'][number];

/** Every way that the inputs of the network, which cloud-only would send, and the crossing tensors of a plan could travel. */
export function payloadOptions(plan: Plan, { problem, profile }: { problem: PlanningProblem; profile: Profile }): PayloadOptions[] {
  const crosses = new Set(plan.crossing);
  return problem.tensors.flatMap(({ name, elements, producer, wire }, index): PayloadOptions[] => {
    const isInput = producer < 0;
    if (!isInput && !crosses.has(index)) return [];
    const known = profile.tensors.get(name);
    const width = (known && bitsOf(known.dtype)) ?? 32;
    const options = wire.map(({ bits, encoding, bytes, error }, option) => ({
      bits,
      encoding,
      bytes,
      error,
      chosen: crosses.has(index) && plan.assignment.wire[index] === option,
    }));
    return [{ tensor: name, shape: known?.shape ?? [], input: isInput, plainBytes: (elements * width) / 8, options }];
  });
}
