import { v1Cycles } from '../../../src/cost/systolic/v1.js';
import { simulateV2 } from '../../../src/cost/systolic/v2.js';
import type { GoldenRow } from './golden.js';
import { v1Product, v1Utilisation } from './v1-report.js';

const OPERANDS = ['ifmap', 'filter', 'ofmap'] as const;

/** All that the simulator says of a row, by the column in which the original said it. */
export const simulate = (row: GoldenRow): Map<string, number> =>
  new Map(row.version === 1 ? v1Fields(row) : v2Fields(row));

function v1Fields({ device, conv }: GoldenRow): [string, number][] {
  const product = v1Product(conv);
  return [
    ['cycles', v1Cycles(device, product)],
    ['util_pct', v1Utilisation(device, product)],
  ];
}

function v2Fields({ device, conv }: GoldenRow): [string, number][] {
  const { totalCycles, stallCycles, utilisation, sram, dram } = simulateV2(device, conv);
  return [
    ['total_cycles', totalCycles],
    ['stall_cycles', stallCycles],
    ['overall_util_pct', utilisation.overall],
    ['mapping_eff_pct', utilisation.mapping],
    ['compute_util_pct', utilisation.compute],
    ...OPERANDS.flatMap((operand) =>
      (['sram', 'dram'] as const).flatMap((memory): [string, number][] => {
        const { start, stop, words, bandwidth } = { sram, dram }[memory][operand];
        return [
          [`avg_${operand}_${memory}_bw`, bandwidth],
          [`${memory}_${operand}_start`, start],
          [`${memory}_${operand}_stop`, stop],
          [`${memory}_${operand}_${operand === 'ofmap' ? 'writes' : 'reads'}`, words],
        ];
      }),
    ),
  ];
}

export interface Mismatch {
  file: string;
  line: number;
  layer: string;
  field: string;
  original: number;
  ours: number;
}

/** Shares and words per cycle are fractions; all else is counted. */
const isFraction = (field: string) => /_(pct|bw)$/.test(field);

/** Fields in which the two differ: counts in anything, fractions by more than 1e-9 of themselves. */
export function mismatches(
  { file, line, layer, reported }: GoldenRow,
  simulated: ReadonlyMap<string, number>,
): Mismatch[] {
  return [...simulated].flatMap(([field, ours]) => {
    const original = reported.get(field);
    if (original === undefined) return [];
    const isSame = isFraction(field) ? Math.abs(ours - original) <= 1e-9 * Math.abs(original) : ours === original;
    return isSame ? [] : [{ file, line, layer, field, original, ours }];
  });
}
