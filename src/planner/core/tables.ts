import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AutosplitError } from '../../util/error.js';
import type { EdgeOption, PlanningLayer, PlanningProblem, PlanningTensor, WireOption } from './problem.js';

export interface TableOptions {
  /** Name of the files in `layers/`, `latency/` and `mse/`, without `.csv`. */
  model: string;
  /** Uplink; 1 Mbps is 2^20 bit/s in these tables. */
  mbps: number;
  /** Bit-widths of weights and activations on the edge. @default [1, 2, 4, 5, 6, 7, 8] */
  bits?: number[];
  /** Bound of the summed error; none where absent. */
  errorLimit?: number;
  /** In KiB; none where absent. */
  deviceMemoryKb?: number;
}

/** A 224 x 224 RGB image at 8 bit: what cloud-only sends, and the least activation memory of any edge part. */
const INPUT_ELEMENTS = 150528;

/**
 * A planning problem from cost tables in the format of Auto-Split's published code: prefixes of one order of layers,
 * the largest tensor as activation memory, a crossing tensor sent at the activation bits of the layer that makes it,
 * 16-bit arithmetic in the cloud.
 *
 * `layers/M.csv` has sizes and what crosses after each prefix, `latency/M.csv` seconds, `mse/M.csv` errors.
 *
 * @throws AutosplitError COSTS_INVALID for a missing file, column or number.
 */
export function readTables(
  folder: string,
  { model, mbps, bits = [1, 2, 4, 5, 6, 7, 8], errorLimit, deviceMemoryKb }: TableOptions,
): PlanningProblem {
  const sizes = readCsv(join(folder, 'layers', `${model}.csv`));
  const latency = readCsv(join(folder, 'latency', `${model}.csv`));
  const errors = readCsv(join(folder, 'mse', `${model}.csv`));
  if (latency.length !== sizes.length || errors.length !== sizes.length) {
    throw new AutosplitError('COSTS_INVALID', `the tables of ${model} in ${folder} do not have the same layers`);
  }

  const layers = sizes.map((row, i): PlanningLayer => {
    const options = bits.flatMap((w) =>
      bits.map(
        (a): EdgeOption => ({
          weightBits: w,
          activationBits: a,
          seconds: latency[i].number(`edge_s_w${w}_a${a}`),
          weightBytes: (row.number('wgt_vol') * w) / 8,
          error: errors[i].number(`wmse_${w}`) + errors[i].number(`amse_${a}`),
        }),
      ),
    );
    const cloudError = errors[i].number('wmse_16') + errors[i].number('amse_16');
    return {
      name: row.text('name'),
      inputs: i === 0 ? [0] : [],
      outputs: [],
      placement: 'either',
      options,
      cloudSeconds: latency[i].number('cloud_s_16'),
      cloudError,
    };
  });
  const input: WireOption = { bits: 8, encoding: 'raw', bytes: INPUT_ELEMENTS, error: 0 };
  const tensors: PlanningTensor[] = [
    { name: 'input', elements: INPUT_ELEMENTS, producer: -1, isOutput: false, inputBits: 8, wire: [input] },
  ];
  const add = (producer: number, sent: number, rest: Partial<PlanningTensor>) => {
    layers[producer].outputs.push(tensors.length);
    const wire = bits.map(
      (a): WireOption => ({ bits: a, encoding: 'raw', bytes: Math.ceil((sent * a) / 8), error: 0, activationBits: a }),
    );
    tensors.push({
      name: `${layers[producer].name}:${sent}`,
      elements: sizes[producer].number('ofm_vol'),
      producer,
      isOutput: false,
      wire,
      ...rest,
    });
    return tensors.length - 1;
  };

  for (const { owner, elements, from, to } of piecesOf(sizes, layers)) {
    // The last layer's tensor is the result; its pieces are replaced by the tensor itself below.
    if (to === layers.length - 1) continue;
    const tensor = add(owner, elements, from > owner ? { availableFrom: from } : {});
    layers[to + 1].inputs.push(tensor);
  }
  const last = layers.length - 1;
  add(last, sizes[last].number('ofm_vol'), { name: 'output', isOutput: true });

  return {
    layers,
    tensors,
    link: { fixedSeconds: 0, secondsPerByteUp: 8 / (mbps * 2 ** 20), secondsPerByteDown: 0 },
    deliver: 'cloud',
    limits: {
      ...(deviceMemoryKb === undefined ? {} : { memoryBytes: deviceMemoryKb * 1024 }),
      ...(errorLimit === undefined ? {} : { error: errorLimit }),
    },
    activationMemory: 'largest',
    cuts: 'prefixes',
  };
}

/**
 * What crosses, each with the run of prefixes after which it does: from > owner where a pool waits for other branches.
 */
function piecesOf(sizes: CsvRow[], layers: PlanningLayer[]) {
  const pieces: { owner: number; elements: number; from: number; to: number }[] = [];
  const indexOf = new Map(layers.map(({ name }, i) => [name, i]));
  sizes.forEach((row, i) => {
    for (const piece of row.text('cut_true_pieces').split(';')) {
      const colon = piece.lastIndexOf(':');
      const owner = indexOf.get(piece.slice(0, colon));
      const elements = Number(piece.slice(colon + 1));
      if (owner === undefined || owner > i || !(elements > 0))
        row.refuse(`cut_true_pieces has ${JSON.stringify(piece)}`);
      else {
        const known = pieces.find((p) => p.owner === owner && p.elements === elements && p.to === i - 1);
        if (known) known.to = i;
        else pieces.push({ owner, elements, from: i, to: i });
      }
    }
  });
  return pieces;
}

export interface CsvRow {
  text(column: string): string;
  number(column: string): number;
  /** Undefined where the field is empty. */
  maybe(column: string): number | undefined;
  refuse(what: string): never;
}

/** Rows of a CSV file with a header line; fields may be quoted. */
export function readCsv(file: string): CsvRow[] {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AutosplitError('COSTS_INVALID', `the cost table ${file} cannot be read`, { cause });
  }
  const [header, ...lines] = content.split(/\r?\n/).filter((line) => line !== '');
  const columns = new Map(fields(header ?? '').map((name, i) => [name, i]));
  return lines.map((line, i) => {
    const values = fields(line);
    const refuse = (what: string): never => {
      throw new AutosplitError('COSTS_INVALID', `${file}, line ${i + 2}: ${what}`, { location: { file, line: i + 2 } });
    };
    const text = (column: string) => {
      const value = values[columns.get(column) ?? -1];
      return value === undefined ? refuse(`there is no column ${column}`) : value;
    };
    const number = (column: string) => {
      const value = text(column) === '' ? Number.NaN : Number(text(column));
      return Number.isFinite(value) ? value : refuse(`${column} is ${JSON.stringify(text(column))}, not a number`);
    };
    return { text, number, refuse, maybe: (column) => (text(column) === '' ? undefined : number(column)) };
  });
}

function fields(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? plain : quoted.replaceAll('""', '"'),
  );
}
