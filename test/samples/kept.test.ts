import { expect, test } from 'vitest';
import { sampleRoom } from '../../src/samples/kept.js';
import { openSamples } from '../../src/samples/open.js';
import type { SampleSet } from '../../src/samples/types.js';
import { file, fixture, PLAIN, source } from './support.js';

type Counted = SampleSet & { decoded: number };

/** Samples of 4 floats whose first is their number; counts how often one is decoded. */
function counted(): Counted {
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

/** Pictures of 4 codes, each of them the number of the sample. */
function pictures(): Counted {
  const set = counted();
  const decode = async (index: number) => {
    set.decoded++;
    return { x: { codes: new Uint8Array(4).fill(index), shape: [1, 1, 2, 2] as [number, number, number, number] } };
  };
  const toTensors: NonNullable<SampleSet['pictures']>['toTensors'] = ({ x: { codes } }) => ({
    x: { dtype: 'float32', shape: [1, 1, 2, 2], data: Float32Array.from(codes) },
  });
  set.load = async (index) => toTensors(await decode(index)) as Awaited<ReturnType<typeof set.load>>;
  return Object.assign(set, { pictures: { decode, toTensors } });
}

const from = (...files: string[]) => ({ kind: 'inputs' as const, preprocess: PLAIN, files });
const first = async (samples: SampleSet, index: number) => (await samples.load(index)).x.data[0];

test('samples are decoded once while there is room, each set its own', async () => {
  const [one, two] = [counted(), counted()];
  const room = sampleRoom(64);
  const [a, b] = [room.keep(one, from('one')), room.keep(two, from('two'))];
  for (let round = 0; round < 2; round++) {
    expect([await first(a, 0), await first(a, 1), await first(b, 1), await first(b, 2)]).toEqual([0, 1, 1, 2]);
  }
  expect([one.decoded, two.decoded]).toEqual([2, 2]);
});

test('two sets of the same files share what is decoded, unless they are preprocessed otherwise', async () => {
  const [whole, part, other] = [counted(), counted(), counted()];
  const room = sampleRoom(1000);
  const [a, b] = [room.keep(whole, from('a', 'b', 'c')), room.keep(part, from('a', 'b', 'c'))];
  const c = room.keep(other, { ...from('a', 'b', 'c'), preprocess: { ...PLAIN, mean: [1] } });
  for (const samples of [a, b, c]) expect(await first(samples, 1)).toBe(1);
  expect([whole.decoded, part.decoded, other.decoded]).toEqual([1, 0, 1]);
});

test('beyond the room they are decoded again', async () => {
  const set = counted();
  const kept = sampleRoom(32).keep(set, from('one'));
  for (const index of [0, 1, 2, 0]) expect(await first(kept, index)).toBe(index);
  expect(set.decoded).toBe(4);
});

test('of pictures the codes are held: four times as many, for their tensors and their pixels', async () => {
  const set = pictures();
  const kept = sampleRoom(12).keep(set, from('one'));
  for (let round = 0; round < 3; round++)
    for (const index of [0, 1, 2]) {
      expect(await first(kept, index)).toBe(index);
      expect((await kept.pictures?.decode(index))?.x.codes).toEqual(new Uint8Array(4).fill(index));
    }
  expect(set.decoded).toBe(3);
});

test('a kept picture gives the tensors of the picture itself', async () => {
  const files = [await file('kept/photo.npy', fixture('npy |u1'))];
  const array = source('inputs', files);
  const inputs = [{ name: 'x', dtype: 'float32' as const, shape: [2, 3] }];
  const set = await openSamples(array, inputs);
  const kept = sampleRoom().keep(set, array);
  expect(await kept.load(0)).toEqual(await set.load(0));
  expect(kept.pictures).toBeUndefined();
});
