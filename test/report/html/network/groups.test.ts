import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  linesOf as countLines,
  type Group,
  groupsOf,
  type Layer,
  type Readable,
  wiring,
} from '../../../../src/report/html/network/groups.js';
import { chain, dense, inception, layer } from '../networks.js';

const groups = (layers: Layer[], readable?: Partial<Readable>) =>
  groupsOf(layers, wiring(layers), readable && { layers: 60, boxes: 90, lines: 240, ...readable });

const linesOf = (layers: Layer[], found: Group[]) => countLines(found, wiring(layers));

/** Groups can be put in an order such that each reads earlier ones alone: no path leads out of one and back in. */
function isAcyclic(layers: Layer[], found: Group[]): boolean {
  const groupOf = new Map(found.flatMap(({ layers: members }, g) => members.map((i) => [i, g] as const)));
  const reads = found.map(() => new Set<number>());
  wiring(layers).before.forEach((list, i) => {
    for (const made of list)
      if (groupOf.get(made) !== groupOf.get(i)) reads[groupOf.get(i) ?? -1].add(groupOf.get(made) ?? -1);
  });
  const done = new Set<number>();
  for (let left = found.length; left > 0; ) {
    const next = reads.findIndex((set, g) => !done.has(g) && [...set].every((other) => done.has(other)));
    if (next < 0) return false;
    done.add(next);
    left--;
  }
  return true;
}

function expectPartition(layers: Layer[], found: Group[]): void {
  expect(found.flatMap(({ layers: members }) => members).sort((a, b) => a - b)).toEqual(layers.map((_, i) => i));
  for (const { layers: members, side } of found) for (const i of members) expect(layers[i].placement).toBe(side);
  expect(isAcyclic(layers, found)).toBe(true);
}

describe('groupsOf', () => {
  it('leaves small networks as they are', () => {
    expect(groups(inception(4, 4, 10)).every(({ layers }) => layers.length === 1)).toBe(true);
  });

  it('makes one box of a chain on each side of the cut, whose ends stay by themselves', () => {
    expect(groups(chain(500, 200)).map(({ layers }) => layers.length)).toEqual([199, 1, 1, 299]);
    expect(groups(chain(500, 0)).map(({ layers }) => layers.length)).toEqual([500]);
  });

  it('makes one box of a block, but for the one that the cut runs through', () => {
    const layers = inception(40, 4, 94);
    const found = groups(layers, { boxes: 60 });
    expectPartition(layers, found);
    // The layer that the cut block reads is the last one of the block before.
    expect(found.length).toBe(38 + 2 * 9);
  });

  it('shows no more than it may, whatever the network', () => {
    for (const layers of [dense(300, 100), inception(60, 8, 17 * 30 + 5), chain(2000, 1999)]) {
      const found = groups(layers);
      expectPartition(layers, found);
      expect(found.length).toBeLessThanOrEqual(92);
      expect(linesOf(layers, found)).toBeLessThanOrEqual(240);
    }
  });

  it('parts any network into groups that do not run in circles', () => {
    const networks = fc.record({
      seed: fc.array(fc.nat(1000), { minLength: 5, maxLength: 60 }),
      cut: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(networks, ({ seed, cut }) => {
        const cutAt = Math.floor(cut * seed.length);
        const layers = seed.map((drawn, i) => {
          const reads =
            i === 0
              ? ['image']
              : [`l${i - 1 - (drawn % Math.min(i, 3))}`, ...(drawn % 5 === 0 ? [`l${drawn % i}`] : [])];
          return layer(`l${i}`, [...new Set(reads)], i < cutAt ? 'edge' : 'cloud');
        });
        for (const boxes of [1000, 1, 12]) expectPartition(layers, groups(layers, { layers: 1, boxes }));
      }),
    );
  });
});
