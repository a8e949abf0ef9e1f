import { describe, expect, it } from 'vitest';
import type { LatencyTable } from '../../src/config/latency-table.js';
import type { ResolvedConfig } from '../../src/config/resolved.js';
import { checkTables, cloudCost, edgeCost } from '../../src/cost/index.js';
import { tableSeconds } from '../../src/cost/latency-table.js';
import { AutosplitError } from '../../src/util/error.js';

const table: LatencyTable = {
  file: 'e.csv',
  rows: [
    { layer: 'conv1', seconds: 9 },
    { layer: 'conv1', activationBits: 8, seconds: 8 },
    { layer: 'conv1', weightBits: 4, seconds: 7 },
    { layer: 'conv1', weightBits: 4, activationBits: 8, seconds: 6 },
    { layer: 'pool1', weightBits: 0, activationBits: 8, seconds: 5 },
    { layer: 'conv_2', seconds: 4 },
  ],
  problem: (line, message, hint) =>
    new AutosplitError('COSTS_INVALID', message, { hint, location: { file: 'e.csv', ...(line && { line }) } }),
};
const common = { name: 'x', title: 'x', version: 1, confidence: 'derived', description: '' } as const;
const edge: ResolvedConfig['edge'] = {
  preset: {
    ...common,
    kind: 'table',
    memory: 1,
    bits: { weights: [8], activations: [8] },
    power: { active: 3, idle: 1 },
  },
  sources: [],
  latency: table,
  memoryBytes: 1,
  target: 'onnxruntime-node',
  bits: { weights: [8], activations: [8], wire: [8] },
};
const cloud: ResolvedConfig['cloud'] = {
  preset: { ...common, kind: 'table' },
  sources: [],
  latency: table,
  target: 'node',
};
const shape = { op: 'Conv', inputElements: 1, outputElements: 1, parameters: 1, macs: 1 };

describe('a table of latencies', () => {
  it('gives the row that states most of the bits', () => {
    const at = (weightBits: number, activationBits: number) =>
      tableSeconds(table, 'conv1', { weightBits, activationBits });
    expect([at(4, 8), at(4, 4), at(8, 8), at(8, 4)]).toEqual([6, 7, 8, 9]);
    expect(tableSeconds(table, 'pool1', { weightBits: 0, activationBits: 8 })).toBe(5);
    expect(tableSeconds(table, 'pool1', { weightBits: 0, activationBits: 4 })).toBeUndefined();
    expect(tableSeconds(table, 'fc')).toBeUndefined();
  });
  it('stands for a cost model on either side; power times its seconds is the energy', () => {
    const bits = { weightBits: 4, activationBits: 8 };
    expect(edgeCost(edge, { name: 'conv1', shape }, bits, { weights: 4, input: 8, output: 8 })).toEqual({
      seconds: 6,
      joules: 12,
    });
    expect(edgeCost(edge, { name: 'fc', shape }, bits, { weights: 4, input: 8, output: 8 })).toBeUndefined();
    const flatten = { name: 'flatten', shape: { ...shape, op: 'Flatten' } };
    expect(edgeCost(edge, flatten, bits, { weights: 4, input: 8, output: 8 })).toEqual({ seconds: 0, joules: 0 });
    expect(cloudCost(cloud, { name: 'conv_2', shape })).toBe(4);
  });
  it('is refused where it lacks layers, all of which are named, and what was probably meant', () => {
    const layers = ['conv1', 'pool1', 'conv2', 'fc'].map((name) => ({ name, op: 'Conv' }));
    const refusal = () =>
      checkTables({ edge, cloud: { ...cloud, latency: undefined } }, [...layers, { name: 'flatten', op: 'Flatten' }]);
    expect(refusal).toThrow('`edge.latency` lacks the layers `conv2`, `fc`');
    try {
      refusal();
    } catch (error) {
      expect(error).toMatchObject({ code: 'COSTS_INVALID', location: { file: 'e.csv' } });
      expect((error as AutosplitError).hint).toContain('did you mean `conv2` where it says `conv_2`?');
    }
    expect(() => checkTables({ edge, cloud }, [{ name: 'conv1', op: 'Conv' }])).not.toThrow();
    expect(() => checkTables({ edge: { ...edge, latency: undefined }, cloud }, [{ name: 'fc', op: 'Conv' }])).toThrow(
      /`cloud.latency` lacks the layer `fc`$/,
    );
    const many = Array.from({ length: 30 }, (_, i) => ({ name: `block${i}`, op: 'Conv' }));
    expect(() => checkTables({ edge, cloud }, many)).toThrow(/`block11` and 18 more$/);
  });
});
