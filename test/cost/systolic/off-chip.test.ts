import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { workingWords } from '../../../src/cost/systolic/capacity.js';
import { type DenseConvolution, productOf } from '../../../src/cost/systolic/geometry.js';
import { offChipReads } from '../../../src/cost/systolic/off-chip.js';
import { pictureOf } from '../../../src/cost/systolic/picture.js';
import { type ScaleSim, simulateV2 } from '../../../src/cost/systolic/v2.js';
import { noShared } from '../../shared.js';
import { unless } from '../../skips/unless.js';
import { arrays, convolutions } from './arbitrary.js';
import { goldenRows } from './golden-rows.js';

const BITS = { weights: 8, input: 8, output: 8 };

/** What planning counts, without a limit to partial sums, which the simulator does not have. */
function planned({ array, dataflow, words }: ScaleSim, conv: DenseConvolution) {
  const sram = { ifmap: words.ifmap, filter: words.filter, ofmap: 2 ** 40 };
  const product = productOf(conv);
  const device = { kind: 'systolic', array, sram, dataflow, clock: 1, bandwidth: 1 } as const;
  return offChipReads(
    device,
    { ...product, count: 1 },
    { ifmap: pictureOf(conv).touched, filter: product.n * product.k },
    BITS,
  );
}

/** Which of the two rules of {@link offChipReads} a layer is under, and what they promise. */
function compare(device: ScaleSim, conv: DenseConvolution, simulated: { ifmap: number; filter: number }) {
  const { ifmap, filter } = planned(device, conv);
  const { touched, isDistinct } = pictureOf(conv);
  const isExact = { ifmap: touched < workingWords(device.words.ifmap) || isDistinct, filter: device.dataflow !== 'os' };
  if (isExact.ifmap) expect(ifmap).toBe(simulated.ifmap);
  if (isExact.filter) expect(filter).toBe(simulated.filter);
  else {
    // All column folds as wide as the first: then it is a lower bound.
    const { columns } = device.array;
    if (conv.filters % columns === 0 || conv.filters < columns) expect(filter).toBeLessThanOrEqual(simulated.filter);
    expect(simulated.filter).toBeLessThan(2 * filter + workingWords(device.words.filter));
  }
  return { isExact, refetched: ifmap > touched };
}

describe('off-chip reads in closed form', () => {
  it('are those of the original, where it has one', unless(noShared), () => {
    const rows = goldenRows.filter(({ version, device }) => version === 2 && device.bandwidth === 'calc');
    const seen = rows.map(({ device, conv, reported }) => {
      const reads = {
        ifmap: reported.get('dram_ifmap_reads') ?? Number.NaN,
        filter: reported.get('dram_filter_reads') ?? Number.NaN,
      };
      return compare(device, conv, reads);
    });
    expect(seen.filter(({ isExact }) => isExact.ifmap).length).toBeGreaterThan(200);
    expect(seen.filter(({ isExact }) => isExact.filter).length).toBeGreaterThan(200);
    expect(seen.filter(({ isExact, refetched }) => isExact.ifmap && refetched).length).toBeGreaterThan(5);
  });

  it('are those of the simulator, where it has one', () => {
    const words = fc.integer({ min: 100, max: 700 });
    fc.assert(
      fc.property(
        arrays,
        convolutions,
        fc.record({ ifmap: words, filter: words, ofmap: words }),
        (array, conv, size) => {
          const device = { ...array, words: size, bandwidth: 'calc' as const };
          const { dram } = simulateV2(device, conv);
          compare(device, conv, { ifmap: dram.ifmap.words, filter: dram.filter.words });
        },
      ),
      { numRuns: 300, seed: 3 },
    );
  });
});
