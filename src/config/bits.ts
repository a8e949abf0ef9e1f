import type { AutosplitError } from '../util/error.js';
import { type LocatedMap, toPlain, valueAt } from './located.js';
import type { ResolvedDevice } from './preset.js';
import { ascending } from './preset-values.js';
import { problemAt } from './problem.js';

export const WIRE_BITS = [2, 3, 4, 5, 6, 8];

export interface BitChoices {
  weights: number[];
  activations: number[];
  wire: number[];
}

/** Bit-widths that the planner may choose, ascending: those of the preset, narrowed by the config. */
export function resolveBits(
  section: LocatedMap,
  preset: ResolvedDevice['edge'],
  problems: AutosplitError[],
): BitChoices {
  const chosen = (key: keyof BitChoices, allowed: readonly number[] | undefined): number[] | undefined => {
    const located = valueAt(section, ['bits', key]);
    if (located?.kind !== 'list') return undefined;
    for (const item of located.items) {
      const width = Number(toPlain(item));
      if (!allowed || allowed.includes(width)) continue;
      const hint = `\`edge.bits\` narrows what the preset allows: ${allowed.join(', ')}`;
      problems.push(problemAt(item, `${preset.name} has no ${width}-bit ${key}`, { hint }));
    }
    return ascending(located.items.map((item) => Number(toPlain(item))));
  };
  return {
    weights: chosen('weights', preset.bits.weights) ?? preset.bits.weights,
    activations: chosen('activations', preset.bits.activations) ?? preset.bits.activations,
    wire: chosen('wire', undefined) ?? WIRE_BITS,
  };
}
