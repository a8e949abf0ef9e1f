import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Priced {
  seconds: number;
  error: number;
  memoryBytes: number;
}

/** The raw 8-bit input of these tables, in bits. */
const INPUT_BITS = 1204224;

/**
 * Prices a plan straight from the CSV files by the formulas of their README, with no code of the planner: layers 0 to
 * `split` on the edge at the given bits.
 */
export function readPrices(folder: string, model: string, mbps: number) {
  const [layers, latency, errors] = ['layers', 'latency', 'mse'].map((kind) =>
    rowsOf(join(folder, kind, `${model}.csv`)),
  );
  return (split: number, weights: number[], activations: number[]): Priced => {
    let seconds = 0;
    let error = 0;
    let weightBits = 0;
    let peak = INPUT_BITS;
    layers.forEach((row, i) => {
      if (i > split) {
        seconds += Number(latency[i].cloud_s_16);
        error += Number(errors[i].wmse_16) + Number(errors[i].amse_16);
        return;
      }
      const [w, a] = [weights[i], activations[i]];
      seconds += Number(latency[i][`edge_s_w${w}_a${a}`]);
      error += Number(errors[i][`wmse_${w}`]) + Number(errors[i][`amse_${a}`]);
      weightBits += Number(row.wgt_vol) * w;
      peak = Math.max(peak, Number(row.ofm_vol) * a);
    });
    const pieces = split < 0 || split === layers.length - 1 ? [] : layers[split].cut_true_pieces.split(';');
    const sent = pieces.map((piece) => {
      const at = piece.lastIndexOf(':');
      const owner = layers.findIndex(({ name }) => name === piece.slice(0, at));
      return Number(piece.slice(at + 1)) * activations[owner];
    });
    if (split < 0) sent.push(INPUT_BITS);
    else if (split === layers.length - 1) sent.push(Number(layers[split].ofm_vol) * activations[split]);
    seconds += sent.reduce((total, bits) => total + bits, 0) / (mbps * 2 ** 20);
    return { seconds, error, memoryBytes: split < 0 ? 0 : (weightBits + peak) / 8 };
  };
}

function rowsOf(file: string): Record<string, string>[] {
  const [header, ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const names = header.split(',');
  // Commas inside quotes do not separate.
  return lines.map((line) => {
    const fields = line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/).map((field) => field.replace(/^"|"$/g, ''));
    return Object.fromEntries(names.map((name, i) => [name, fields[i]]));
  });
}
