import type { Measurement } from '../benchmark/index.js';
import { seconds } from '../util/format.js';
import { table } from './format.js';

/** A measured machine: each model with its spread, beside the time that the preset predicts. */
export function measurementSummary(
  { networks, rows, perInference }: Measurement,
  { output, side }: { output: string; side: string },
): string {
  const lines = networks.map(({ network, form, measured, predicted }) => [
    network,
    form,
    seconds(measured.median),
    `${seconds(measured.p10)} .. ${seconds(measured.p90)}`,
    seconds(predicted),
    `${difference(predicted, measured.median)} %`,
  ]);
  return [
    ...table([['network', 'form', 'median', 'p10 .. p90', 'predicted', 'error'], ...lines]),
    '',
    `${rows.length} rows, ${seconds(perInference)} fixed overhead per inference`,
    `wrote ${output}`,
    `use it with ${side}: { preset: ./${output} }`,
  ].join('\n');
}

function difference(predicted: number, measured: number): string {
  const percent = Number(((100 * (predicted - measured)) / measured).toFixed(1));
  return `${percent > 0 ? '+' : ''}${percent || 0}`;
}
