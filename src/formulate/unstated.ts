import type { ResolvedConfig } from '../config/resolved.js';
import type { PlanningLayer } from '../planner/core/problem.js';
import { AutosplitError } from '../util/error.js';

interface Bits {
  weightBits: number;
  activationBits: number;
}

/** The error for a layer that the table of latencies lists at none of its bits. */
export function unlisted({ latency }: ResolvedConfig['edge'], layer: string, choices: readonly Bits[]): AutosplitError {
  const wanted = choices.map(({ weightBits, activationBits }) => `${weightBits},${activationBits}`).join(' or ');
  const listed = latency?.rows
    .filter((row) => row.layer === layer)
    .map((row) => `${row.weightBits ?? ''},${row.activationBits ?? ''}`);
  const message = `\`edge.latency\` lists the layer \`${layer}\` at none of the bits that it runs at here (weight_bits,activation_bits): ${wanted}`;
  const hint = `it is listed at ${listed?.join(' and ')}; 32 is float, 0 a layer without weights, and an empty cell stands for any bits`;
  return latency?.problem(undefined, message, hint) ?? new AutosplitError('COSTS_INVALID', message);
}

/**
 * Refuses an energy objective or limit if the energy of some layer is unknown: a device may state energy per
 * multiply-accumulate for some bit-widths only.
 * @throws AutosplitError CONFIG_INVALID
 */
export function refuseUnstatedEnergy(
  { objective, constraints, edge, file }: ResolvedConfig,
  layers: readonly PlanningLayer[],
): void {
  const weight = typeof objective === 'object' ? (objective.energy ?? 0) : Number(objective === 'energy');
  if (weight === 0 && constraints.energyJoules === undefined) return;
  for (const { name, options } of layers) {
    const unknown = options.find(({ joules }) => joules === undefined);
    if (!unknown) continue;
    const bits =
      unknown.weightBits === 32 ? 'in float' : `at ${Math.max(unknown.weightBits, unknown.activationBits)} bits`;
    throw new AutosplitError('CONFIG_INVALID', `the energy of the layer \`${name}\` ${bits} is not known`, {
      location: { file },
      hint: `edge ${edge.preset.name} states none for it: set \`edge.energy.mac\` at a precision as wide, or \`edge.power\``,
    });
  }
}
