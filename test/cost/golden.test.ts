import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Convolution, computeCycles, fold, gemmOfConvolution, offChipReads } from '../../src/cost/systolic.js';
import { shared } from '../shared.js';

type Row = Record<string, string>;
type Dataflow = 'os' | 'ws' | 'is';

/** Arrays and buffers of the bundled configurations of SCALE-Sim. */
const CONFIGS: Record<string, { array: { rows: number; columns: number }; kilobytes: [number, number] }> = {
  eyeriss: { array: { rows: 12, columns: 14 }, kilobytes: [36, 36] },
  google: { array: { rows: 256, columns: 256 }, kilobytes: [6144, 6144] },
  scale: { array: { rows: 32, columns: 32 }, kilobytes: [64, 64] },
};

const golden = shared && path.join(shared, 'scale-sim/golden');

function rows(file: string): Row[] {
  const [header, ...lines] = readFileSync(path.join(golden ?? '', file), 'utf8')
    .trim()
    .split('\n');
  const columns = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, i) => [columns[i], value])));
}

const convolution = (row: Row): Convolution => ({
  inputHeight: Number(row.ifmap_h),
  inputWidth: Number(row.ifmap_w),
  channels: Number(row.channels),
  kernelHeight: Number(row.filter_h),
  kernelWidth: Number(row.filter_w),
  strideHeight: Number(row.stride_h),
  strideWidth: Number(row.stride_w),
  filters: Number(row.num_filters),
  groups: 1,
});

describe.skipIf(!golden)('SCALE-Sim v2', () => {
  const files = golden ? readdirSync(golden).filter((file) => /^v2_(CALC|USER)/.test(file)) : [];

  it('has rows of every configuration and dataflow', () => {
    const kinds = new Set(files.map((file) => file.split('_').slice(1, 4).join(' ')));
    expect(kinds.size).toBe(18);
  });

  it.each(files)('%s: cycles', (file) => {
    const [, , config, dataflow] = file.split('_');
    const table = rows(file);
    expect(table.length).toBeGreaterThan(0);
    for (const row of table) {
      const gemm = gemmOfConvolution(convolution(row));
      expect([gemm.m, gemm.n, gemm.k]).toEqual([row.M, row.N, row.K].map(Number));
      const cycles = computeCycles({ array: CONFIGS[config].array, dataflow: dataflow as Dataflow }, gemm);
      expect([row.layer, cycles]).toEqual([row.layer, Number(row.total_cycles) - Number(row.stall_cycles)]);
    }
  });

  it('random small arrays: cycles', () => {
    const table = rows('v2_random_small_arrays.csv');
    expect(table.length).toBeGreaterThan(50);
    for (const row of table) {
      const device = { array: { rows: Number(row.array_h), columns: Number(row.array_w) }, dataflow: row.dataflow as Dataflow };
      expect(computeCycles(device, gemmOfConvolution(convolution(row)))).toBe(Number(row.total_cycles) - Number(row.stall_cycles));
    }
  });

  it('off-chip reads, where the simulator has a closed form', () => {
    const checked = { ifmap: 0, filter: 0, refetched: 0 };
    for (const file of files.filter((name) => name.startsWith('v2_CALC'))) {
      const [, , config, dataflow] = file.split('_');
      const { array, kilobytes } = CONFIGS[config];
      const sram = { ifmap: kilobytes[0] * 1024, filter: kilobytes[1] * 1024, ofmap: 2 ** 40 };
      const device = { kind: 'systolic', array, sram, dataflow: dataflow as Dataflow, clock: 1, bandwidth: 1 } as const;
      for (const row of rows(file)) {
        const conv = convolution(row);
        const gemm = gemmOfConvolution(conv);
        const operands = { ifmap: touched(conv), filter: gemm.n * gemm.k };
        const reads = offChipReads(device, gemm, operands, { weights: 8, input: 8, output: 8 });
        const capacity = 50 * Math.floor((kilobytes[0] * 1024) / 100);
        const overlapping = conv.kernelHeight > conv.strideHeight || conv.kernelWidth > conv.strideWidth;
        // Overlapping windows that do not fit have no closed form in the simulator.
        if (operands.ifmap < capacity || !overlapping) {
          expect([file, row.layer, reads.ifmap]).toEqual([file, row.layer, Number(row.dram_ifmap_reads)]);
          checked.ifmap++;
          if (reads.ifmap > operands.ifmap) checked.refetched++;
        }
        // In os a buffer that fills up part of the way through a column fold is emptied there: a little more than once.
        if (dataflow !== 'os') {
          expect([file, row.layer, reads.filter]).toEqual([file, row.layer, Number(row.dram_filter_reads)]);
          checked.filter++;
        } else if (fold(device, gemm).rowFolds > 1) {
          const simulated = Number(row.dram_filter_reads);
          expect(reads.filter).toBeLessThanOrEqual(simulated);
          expect(simulated).toBeLessThan(2 * reads.filter + capacity);
        }
      }
    }
    expect(checked.ifmap).toBeGreaterThan(200);
    expect(checked.filter).toBeGreaterThan(200);
    expect(checked.refetched).toBeGreaterThan(5);
  });
});

/** Distinct input elements that the windows touch. */
function touched({ inputHeight, inputWidth, channels, kernelHeight, kernelWidth, strideHeight, strideWidth }: Convolution): number {
  const along = (size: number, kernel: number, stride: number) => {
    const seen = new Set<number>();
    for (let start = 0; start < Math.ceil((size - kernel + stride) / stride) * stride; start += stride)
      for (let i = 0; i < kernel; i++) if (start + i < size) seen.add(start + i);
    return seen.size;
  };
  return along(inputHeight, kernelHeight, strideHeight) * along(inputWidth, kernelWidth, strideWidth) * channels;
}
