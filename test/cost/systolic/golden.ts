import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { DenseConvolution } from '../../../src/cost/systolic/geometry.js';
import type { ScaleSim } from '../../../src/cost/systolic/v2.js';
import { AutosplitError } from '../../../src/util/error.js';

/** One layer as an original simulated it. */
export interface GoldenRow {
  file: string;
  line: number;
  layer: string;
  version: 1 | 2;
  /** Buffers and bandwidth are there for version 2 alone. */
  device: ScaleSim;
  conv: DenseConvolution;
  /** What the original reported, by column; what it left blank is left out. */
  reported: Map<string, number>;
  /** Seconds that the original took. */
  seconds?: number;
}

interface Config {
  array: [number, number];
  kilobytes: [number, number, number];
}

/** The bundled configurations, as far as file names refer to them. */
const CONFIGS: Record<string, Record<1 | 2, Config>> = {
  eyeriss: { 1: { array: [12, 14], kilobytes: [108, 108, 108] }, 2: { array: [12, 14], kilobytes: [36, 36, 36] } },
  google: {
    1: { array: [256, 256], kilobytes: [8192, 8192, 8192] },
    2: { array: [256, 256], kilobytes: [6144, 6144, 2048] },
  },
  scale: { 1: { array: [32, 32], kilobytes: [512, 512, 256] }, 2: { array: [32, 32], kilobytes: [64, 64, 64] } },
};

/** Bandwidth of mode USER where no column has one. */
const BANDWIDTH = 10;

/** The last column that goes into the simulator; the original's report follows. */
const LAST_INPUT = new Set(['stride', 'stride_w', 'K']);

/** What is no part of the report. */
const ABOUT = new Set(['wall_s', 'peak_rss_mb']);

/**
 * Rows of every CSV file of a folder: `v1_CONFIG_DATAFLOW_NET.csv`, `v2_MODE_CONFIG_DATAFLOW_NET.csv`, or anything that
 * begins with `v1_` or `v2_` and has mode, dataflow, array and buffers in columns of its own, which come first.
 *
 * @throws AutosplitError COSTS_INVALID for a folder or file that is none of these, with file and line.
 */
export function readGolden(folder: string): GoldenRow[] {
  let files: string[];
  try {
    files = readdirSync(folder).filter((name) => name.endsWith('.csv'));
  } catch (cause) {
    throw new AutosplitError('COSTS_INVALID', `the folder ${folder} cannot be read`, { cause });
  }
  if (files.length === 0) throw new AutosplitError('COSTS_INVALID', `there is no CSV file in ${folder}`);
  return files.sort().flatMap((name) => readFile(folder, name));
}

function readFile(folder: string, file: string): GoldenRow[] {
  const [header = '', ...lines] = readFileSync(path.join(folder, file), 'utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/);
  const columns = header.split(',');
  const report = columns
    .slice(columns.findLastIndex((name) => LAST_INPUT.has(name)) + 1)
    .filter((name) => !ABOUT.has(name));
  return lines.flatMap((text, i) => {
    if (text.trim() === '') return [];
    const values = text.split(',');
    const at = new Map(columns.map((name, column) => [name, values[column] ?? '']));
    return [readRow({ file, line: i + 2, at, report })];
  });
}

interface Source {
  file: string;
  line: number;
  at: Map<string, string>;
  report: string[];
}

function readRow(source: Source): GoldenRow {
  const { file, line, at, report } = source;
  const [head, ...parts] = path.basename(file, '.csv').split('_');
  const version = head === 'v1' ? 1 : head === 'v2' ? 2 : refuse(source, 'its name begins with neither v1_ nor v2_');
  const mode = at.get('mode') || (version === 2 ? parts[0] : 'CALC');
  const [name, flow] = version === 2 && !at.has('mode') ? parts.slice(1) : parts;
  const known: Config | undefined = CONFIGS[name]?.[version];
  const number = (column: string, otherwise?: number): number => {
    const text = at.get(column)?.trim() ?? '';
    const value = text === '' ? (otherwise ?? Number.NaN) : Number(text);
    return Number.isFinite(value) ? value : refuse(source, `${column} is ${JSON.stringify(text)}, not a number`);
  };
  const dataflow = at.get('dataflow') || flow;
  if (dataflow !== 'os' && dataflow !== 'ws' && dataflow !== 'is')
    refuse(source, `${JSON.stringify(dataflow)} is no dataflow`);
  // Version 1 needs no buffers for what is compared.
  const buffer = (column: string, index: 0 | 1 | 2) =>
    1024 * number(column, known?.kilobytes[index] ?? (version === 1 ? 1 : undefined));
  const seconds = Number(at.get('wall_s') || Number.NaN);
  return {
    file,
    line,
    layer: at.get('layer') ?? '',
    version,
    device: {
      array: { rows: number('array_h', known?.array[0]), columns: number('array_w', known?.array[1]) },
      dataflow,
      words: { ifmap: buffer('ifmap_kb', 0), filter: buffer('filter_kb', 1), ofmap: buffer('ofmap_kb', 2) },
      bandwidth:
        mode === 'USER'
          ? number('bandwidth', BANDWIDTH)
          : mode === 'CALC'
            ? 'calc'
            : refuse(source, `there is no mode ${mode}`),
    },
    conv: {
      inputHeight: number('ifmap_h', maybe(at.get('M'))),
      inputWidth: number('ifmap_w', maybe(at.get('K'))),
      channels: number('channels', 1),
      kernelHeight: number('filter_h', 1),
      kernelWidth: number('filter_w', maybe(at.get('K'))),
      strideHeight: number('stride_h', maybe(at.get('stride')) ?? 1),
      strideWidth: number('stride_w', maybe(at.get('stride')) ?? 1),
      filters: number('num_filters', maybe(at.get('N'))),
    },
    reported: new Map(report.filter((column) => at.get(column) !== '').map((column) => [column, number(column)])),
    ...(seconds > 0 && { seconds }),
  };
}

const maybe = (text: string | undefined) => (text ? Number(text) : undefined);

function refuse({ file, line }: Source, what: string): never {
  throw new AutosplitError('COSTS_INVALID', `${file}, line ${line}: ${what}`, { location: { file, line } });
}
