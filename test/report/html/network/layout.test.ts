import { describe, expect, it } from 'vitest';
import { groupsOf, type Layer, wiring } from '../../../../src/report/html/network/groups.js';
import { type Box, layoutModel } from '../../../../src/report/html/network/layout.js';
import { chain, dense, inception, layer } from '../networks.js';

function drawn(layers: Layer[]) {
  const wires = wiring(layers);
  const groups = groupsOf(layers, wires);
  return { sides: groups.map(({ side }) => side), ...layoutModel(layers, groups, wires) };
}

const overlap = (a: Box, b: Box) =>
  Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < (a.height + b.height) / 2;

/** The skip over a whole edge part, whose end would otherwise lie beside cloud layers. */
const uneven: Layer[] = [
  layer('a', ['image']),
  layer('b', ['a']),
  layer('c', ['b']),
  layer('short', ['a'], 'cloud'),
  layer('long', ['c'], 'cloud'),
  layer('join', ['short', 'long'], 'cloud'),
];

describe('layoutModel', () => {
  it.each<[string, Layer[]]>([
    ['a chain', chain(30, 12)],
    ['branches', inception(6, 4, 21)],
    ['a cut through branches of unlike lengths', uneven],
    ['everything in the cloud', chain(5, 0)],
    ['a large network', dense(200, 80)],
  ])('puts the edge above the cut and the cloud beneath it, and no box over another: %s', (_, layers) => {
    const boxes = drawn(layers);
    const { cut = Number.NaN, sides, inputs, width, height } = boxes;
    sides.forEach((side, g) => {
      const { y, height: tall } = boxes.groups[g];
      if (side === 'edge') expect(y + tall / 2).toBeLessThan(cut);
      else expect(y - tall / 2).toBeGreaterThan(cut);
    });
    for (const { box } of inputs) expect(box.y).toBeLessThan(cut);
    const all = [...boxes.groups, ...inputs.map(({ box }) => box)];
    all.forEach((box, i) => {
      expect(all.slice(i + 1).filter((other) => overlap(box, other))).toEqual([]);
      expect(box.x - box.width / 2).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width / 2).toBeLessThanOrEqual(width);
      expect(box.y + box.height / 2).toBeLessThanOrEqual(height);
    });
  });

  it('marks every line that crosses, and names each tensor once', () => {
    const { lines } = drawn(uneven);
    expect(lines.filter(({ crosses }) => crosses)).toHaveLength(2);
    expect(lines.flatMap(({ crossing }) => crossing).sort()).toEqual(['a', 'c']);
    const skip = drawn([layer('a', ['image']), layer('b', ['a'], 'cloud'), layer('join', ['a', 'b'], 'cloud')]).lines;
    expect(skip.filter(({ crosses }) => crosses)).toHaveLength(2);
    expect(skip.flatMap(({ crossing }) => crossing)).toEqual(['a']);
  });

  it('has no cut where nothing is in the cloud', () => {
    expect(drawn(chain(4, 4)).cut).toBeUndefined();
  });
});
