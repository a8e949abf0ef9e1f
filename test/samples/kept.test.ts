import { expect, test } from 'vitest';
import { sampleRoom } from '../../src/samples/kept.js';
import type { SampleSet } from '../../src/samples/types.js';

/** Samples of 4 floats whose first is their number; counts how often one is decoded. */
function counted(): SampleSet & { decoded: number } {
  const set = {
    count: 3,
    names: ['a', 'b', 'c'],
    available: ['a', 'b', 'c'],
    source: {},
    decoded: 0,
    async load(index: number) {
      set.decoded++;
      return { x: { dtype: 'float32' as const, shape: [4], data: Float32Array.of(index, 0, 0, 0) } };
    },
  };
  return set;
}

const first = async (samples: SampleSet, index: number) => (await samples.load(index)).x.data[0];

test('samples are decoded once while there is room, each set its own', async () => {
  const [one, two] = [counted(), counted()];
  const room = sampleRoom(64);
  const [a, b] = [room.keep(one), room.keep(two)];
  for (let round = 0; round < 2; round++) {
    expect([await first(a, 0), await first(a, 1), await first(b, 1), await first(b, 2)]).toEqual([0, 1, 1, 2]);
  }
  expect([one.decoded, two.decoded]).toEqual([2, 2]);
});

test('beyond the room they are decoded again', async () => {
  const set = counted();
  const kept = sampleRoom(32).keep(set);
  for (const index of [0, 1, 2, 0]) expect(await first(kept, index)).toBe(index);
  expect(set.decoded).toBe(4);
});
