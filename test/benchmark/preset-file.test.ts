import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { machineFacts } from '../../src/benchmark/machine.js';
import { type PresetFacts, presetText } from '../../src/benchmark/preset-file.js';
import type { MeasuredRow } from '../../src/config/preset.js';
import { loadPreset } from '../../src/config/preset-load.js';
import { measuredSeconds } from '../../src/cost/measured.js';
import onnxruntimeNode from '../../src/targets/onnxruntime-node/index.js';
import { AutosplitError } from '../../src/util/error.js';
import { temporaryFolder } from '../util/temporary.js';

const rows: MeasuredRow[] = [
  {
    op: 'Conv',
    activation: 'Clip',
    precision: 'fp32',
    elements: [150528, 401408, 896],
    macs: 10838016,
    gemm: [12544, 32, 27, 1],
    window: [3, 3, 2, 2],
    seconds: 148.12345e-6,
    p10: 140e-6,
    p90: 1.23456e-3,
  },
  { op: 'Flatten', precision: 'mixed', elements: [64, 64, 2], macs: 0, seconds: 0, p10: 0, p90: 1e-9 },
];

const FACTS: PresetFacts = {
  name: 'desk',
  version: 3,
  side: 'edge',
  facts: {
    machine: {
      cpu: 'Some CPU @ 2: "fast"',
      cores: 4,
      system: 'Linux x64',
      runtime: 'onnxruntime 1.30.0, Node.js 20.19.0',
      threads: 2,
    },
    memory: 8 * 2 ** 30,
    bandwidth: 12.3456e9,
    cache: 2 ** 25,
  },
  perInference: 8.2e-6,
  coding: 1.23456,
  rows,
  method: 'autosplit 0.1.0, 3 rounds',
};

const load = (facts: PresetFacts) =>
  loadPreset(facts.side, './desk.yaml', temporaryFolder({ 'desk.yaml': presetText(facts) }));

describe('a preset file of a measured machine', () => {
  it('loads as what was measured, to four digits', () => {
    const { preset } = load(FACTS);
    expect(preset).toMatchObject({
      name: 'desk',
      title: 'Some CPU @ 2: "fast"',
      version: 3,
      kind: 'measured',
      confidence: 'measured',
      memory: 8 * 2 ** 30,
      onChipMemory: 2 ** 25,
      bandwidth: 12.35e9,
      bits: { weights: onnxruntimeNode.weightBits, activations: [8] },
      machine: FACTS.facts.machine,
      targets: ['onnxruntime-node'],
      threads: 2,
      coding: 1.235,
    });
    if (preset.kind !== 'measured') throw new Error('not measured');
    expect(preset.perInference).toBeCloseTo(8.2e-6, 12);
    expect(preset.table).toEqual([
      {
        ...rows[0],
        seconds: expect.closeTo(148.1e-6, 12),
        p10: expect.closeTo(140e-6, 12),
        p90: expect.closeTo(1.235e-3, 12),
      },
      { ...rows[1], p90: expect.closeTo(1e-9, 12) },
    ]);
    const shape = {
      op: 'Conv',
      activation: 'Clip',
      inputElements: 150528,
      outputElements: 401408,
      parameters: 896,
      macs: 10838016,
      gemm: { m: 12544, n: 32, k: 27, count: 1 },
      conv: {
        inputHeight: 225,
        inputWidth: 225,
        channels: 3,
        kernelHeight: 3,
        kernelWidth: 3,
        strideHeight: 2,
        strideWidth: 2,
        filters: 32,
        groups: 1,
      },
    };
    expect(measuredSeconds(preset, shape, 'fp32')).toBeCloseTo(148.1e-6, 12);
  });

  it('gives every number a source, the table one for all', () => {
    const { numbers } = load(FACTS);
    expect(numbers.map((number) => number.path)).toEqual([
      'memory',
      'onChipMemory',
      'bandwidth',
      'perInference',
      'bits.weights',
      'bits.activations',
      'threads',
      'coding',
      'table',
    ]);
    for (const { source } of numbers) expect(source.length).toBeGreaterThan(6);
  });

  it('of the cloud computes in float', () => {
    expect(load({ ...FACTS, side: 'cloud' }).preset).toMatchObject({ kind: 'measured', precision: 'fp32' });
  });

  it('calls itself derived where the system does not tell its cache', () => {
    expect(load({ ...FACTS, facts: { ...FACTS.facts, cache: undefined } }).preset).toMatchObject({
      confidence: 'derived',
      onChipMemory: 2 ** 20,
    });
  });

  it('has a line for each row, and says the same of this machine twice', () => {
    const text = presetText(FACTS);
    expect(text.split('\n').filter((line) => line.startsWith('    - {'))).toHaveLength(rows.length);
    const facts = machineFacts(1);
    expect(facts.memory).toBeGreaterThan(2 ** 20);
    expect(facts.bandwidth).toBeGreaterThan(1e6);
    expect(facts.machine).toEqual(machineFacts(1).machine);
    expect(JSON.stringify(facts.machine)).not.toContain(path.sep === '/' ? process.cwd() : 'C:\\');
    expect(load({ ...FACTS, facts }).preset).toMatchObject({ machine: facts.machine });
  });
});

describe('a table that cannot be', () => {
  const text = presetText(FACTS);
  it.each([
    ['no table', /table:[\s\S]*/, '', /lacks `table`/],
    ['an empty one', /value:\n {4}- [\s\S]*/, 'value: []\n', /needs at least 1 value/],
    ['a negative time', 'time: 148.1 us', 'time: -148.1 us', /is not at least 0/],
    ['a time without a unit', 'time: 148.1 us', 'time: 148.1', /`table.value.0.time`|`table.value\[0\].time`/],
    ['elements of two', '[150528, 401408, 896]', '[150528, 401408]', /needs at least 3 values/],
    ['an unknown precision', 'precision: mixed', 'precision: fp64', /cannot be `fp64`/],
    [
      'what belongs to another kind',
      'kind: measured',
      'kind: measured\noverhead: { value: 1 us, source: guessed }',
      /does not belong to a device of kind measured/,
    ],
    ['a table on a roofline', 'kind: measured', 'kind: roofline', /does not belong to a device of kind roofline/],
  ])('%s is refused with its place', (_, from, to, message) => {
    const broken = text.replace(from, to);
    expect(broken).not.toBe(text);
    const folder = temporaryFolder({ 'desk.yaml': broken });
    const error = caught(() => loadPreset('edge', './desk.yaml', folder));
    expect(error.code).toBe('PRESET_INVALID');
    expect(error.problems.map((problem) => problem.message).join('\n')).toMatch(message);
    expect(error.location?.file).toBe(path.join(folder, 'desk.yaml'));
  });
});

it('is plain YAML', () => {
  expect(parse(presetText(FACTS)).table.value[0]).toMatchObject({
    op: 'Conv',
    gemm: [12544, 32, 27, 1],
    time: '148.1 us',
  });
});

function caught(work: () => unknown): AutosplitError {
  try {
    work();
  } catch (error) {
    if (error instanceof AutosplitError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
