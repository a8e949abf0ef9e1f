import fc from 'fast-check';
import { expect, it } from 'vitest';
import { productOf } from '../../../src/cost/systolic/geometry.js';
import { simulateV2 } from '../../../src/cost/systolic/v2.js';
import { computeCycles } from '../../../src/cost/systolic/v2-cycles.js';
import { arrays, convolutions } from './arbitrary.js';
import { counted, naive } from './naive.js';

const words = fc.integer({ min: 100, max: 700 });
const buffers = fc.record({ ifmap: words, filter: words, ofmap: words });

it('agrees with a simulation word by word', () => {
  const seen = { stalls: 0, calc: 0, partial: 0 };
  fc.assert(
    fc.property(
      arrays,
      convolutions,
      buffers,
      fc.constantFrom('calc' as const, 1, 2, 3, 7, 20),
      (device, conv, size, bandwidth) => {
        const simulator = { ...device, words: size, bandwidth };
        const report = simulateV2(simulator, conv);
        expect(counted(report)).toEqual(naive(simulator, conv));
        if (report.stallCycles > 0) seen.stalls++;
        if (bandwidth === 'calc' && report.dram.ifmap.words > conv.inputHeight * conv.inputWidth * conv.channels)
          seen.calc++;
        if ((conv.inputHeight - conv.kernelHeight) % conv.strideHeight > 0) seen.partial++;
      },
    ),
    { numRuns: 120, seed: 1 },
  );
  // The arbitrary layers reach what is hard: stalls, refetched inputs in mode CALC, partial windows.
  expect(seen.stalls).toBeGreaterThan(20);
  expect(seen.calc).toBeGreaterThan(2);
  expect(seen.partial).toBeGreaterThan(15);
});

it('takes its compute cycles and its stalls, whatever the bandwidth', () => {
  fc.assert(
    fc.property(arrays, convolutions, buffers, fc.integer({ min: 1, max: 50 }), (device, conv, size, bandwidth) => {
      const compute = computeCycles(device, { ...productOf(conv), count: 1 });
      const calc = simulateV2({ ...device, words: size, bandwidth: 'calc' }, conv);
      const user = simulateV2({ ...device, words: size, bandwidth }, conv);
      expect([calc.totalCycles, calc.stallCycles]).toEqual([compute, 0]);
      expect(user.totalCycles).toBe(compute + user.stallCycles);
    }),
    { numRuns: 200, seed: 2 },
  );
});

it('refuses buffers of no hundred words', () => {
  const device = {
    array: { rows: 4, columns: 4 },
    dataflow: 'os',
    words: { ifmap: 99, filter: 200, ofmap: 200 },
    bandwidth: 1,
  } as const;
  const conv = {
    inputHeight: 4,
    inputWidth: 4,
    channels: 1,
    kernelHeight: 1,
    kernelWidth: 1,
    strideHeight: 1,
    strideWidth: 1,
    filters: 1,
  };
  expect(() => simulateV2(device, conv)).toThrow(RangeError);
});
