import type { Machine, MeasuredDevice, MeasuredRow } from './preset.js';
import { si, type Written } from './si.js';

type WrittenRow = Omit<MeasuredRow, 'seconds' | 'p10' | 'p90'> & Record<'time' | 'p10' | 'p90', Written>;

/** Fields of a device of kind `measured`, after validation. */
export interface WrittenMeasured {
  perInference: Written;
  table: WrittenRow[];
  machine?: Machine;
}

/** The fields of a measured device in SI units. */
export function toMeasured({
  perInference,
  table,
  machine,
}: WrittenMeasured): Pick<MeasuredDevice, 'perInference' | 'table' | 'machine'> {
  return {
    perInference: si(perInference, 'seconds'),
    table: table.map(
      ({ time, p10, p90, ...row }): MeasuredRow => ({
        ...row,
        seconds: si(time, 'seconds'),
        p10: si(p10, 'seconds'),
        p90: si(p90, 'seconds'),
      }),
    ),
    ...(machine && { machine }),
  };
}
