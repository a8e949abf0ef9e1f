import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AutosplitError } from '../../src/util/error.js';
import { mismatches, simulate } from '../cost/systolic/fields.js';
import { readGolden } from '../cost/systolic/golden.js';
import { goldenRows } from '../cost/systolic/golden-rows.js';
import { noShared } from '../shared.js';
import { unless } from '../skips/unless.js';

describe('the originals of SCALE-Sim', unless(noShared), () => {
  it('have rows of every configuration, dataflow and mode', () => {
    const files = new Set(goldenRows.map(({ file }) => file));
    const kinds = new Set(
      [...files].map((file) => /^(v2_(CALC|USER)|v1)_(eyeriss|google|scale)_(os|ws|is)_/.exec(file)?.[0]),
    );
    kinds.delete(undefined);
    expect(kinds.size).toBe(27);
    expect([...files].filter((file) => file.includes('random'))).toHaveLength(2);
  });

  it.each([1, 2] as const)('agree in every row and field of version %d', (version) => {
    const rows = goldenRows.filter((row) => row.version === version);
    expect(rows.length).toBeGreaterThan(700);
    const compared = new Set<string>();
    for (const row of rows) {
      const simulated = simulate(row);
      for (const field of row.reported.keys()) if (simulated.has(field)) compared.add(field);
      expect(mismatches(row, simulated)).toEqual([]);
    }
    expect(compared.size).toBe(version === 1 ? 2 : 29);
  });
});

describe('a folder of golden data', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'autosplit-golden-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const INPUTS = 'layer,ifmap_h,ifmap_w,filter_h,filter_w,channels,num_filters,stride_h,stride_w,M,N,K';
  const read = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text);
    const rows = readGolden(folder);
    rmSync(path.join(folder, name));
    return rows;
  };

  it('takes configurations from file names, and columns before them', () => {
    const [bundled] = read(
      'v2_USER_scale_is_net.csv',
      `${INPUTS},total_cycles,wall_s\na,8,9,3,3,4,5,1,2,24,5,36,77,0.5\n`,
    );
    expect(bundled).toMatchObject({
      version: 2,
      device: {
        array: { rows: 32, columns: 32 },
        dataflow: 'is',
        words: { ifmap: 65536, filter: 65536, ofmap: 65536 },
        bandwidth: 10,
      },
      conv: { inputHeight: 8, inputWidth: 9, channels: 4, filters: 5, strideHeight: 1, strideWidth: 2 },
      seconds: 0.5,
    });
    expect(bundled.reported).toEqual(new Map([['total_cycles', 77]]));
    const config = 'mode,dataflow,array_h,array_w,ifmap_kb,filter_kb,ofmap_kb,bandwidth';
    const columns = `${config},ifmap_h,ifmap_w,filter_h,filter_w,channels,num_filters,stride_h,stride_w`;
    const [own] = read('v2_other.csv', `${columns},total_cycles\r\nUSER,os,2,3,1,2,4,7,5,5,1,1,2,2,1,1,\r\n`);
    expect(own.device).toEqual({
      array: { rows: 2, columns: 3 },
      dataflow: 'os',
      words: { ifmap: 1024, filter: 2048, ofmap: 4096 },
      bandwidth: 7,
    });
    expect(own.reported.size).toBe(0);
  });

  it.each([
    ['v2_CALC_unknown_os_net.csv', `${INPUTS}\na,8,8,3,3,4,5,1,1,,,`, /array_h is "", not a number/],
    ['v2_CALC_scale_xx_net.csv', `${INPUTS}\na,8,8,3,3,4,5,1,1,,,`, /"xx" is no dataflow/],
    ['v2_FAST_scale_os_net.csv', `${INPUTS}\na,8,8,3,3,4,5,1,1,,,`, /no mode FAST/],
    ['v2_CALC_scale_os_net.csv', `${INPUTS}\na,8,eight,3,3,4,5,1,1,,,`, /line 2: ifmap_w is "eight", not a number/],
    ['v3_CALC_scale_os_net.csv', `${INPUTS}\na,8,8,3,3,4,5,1,1,,,`, /neither v1_ nor v2_/],
  ])('refuses %s', (name, text, message) => {
    expect(() => read(name, text)).toThrow(message);
    rmSync(path.join(folder, name));
  });

  it('refuses an empty folder and a missing one', () => {
    expect(() => readGolden(folder)).toThrow(AutosplitError);
    expect(() => readGolden(path.join(folder, 'missing'))).toThrow(AutosplitError);
  });
});
