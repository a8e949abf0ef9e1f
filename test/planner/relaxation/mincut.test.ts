import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildFlowNetwork, minimumCut } from '../../../src/planner/relaxation/mincut.js';
import { runs, seed } from '../small-model.js';

/** Arcs between up to 7 nodes; node 0 is the source, node 1 the sink. */
const network = fc.integer({ min: 2, max: 7 }).chain((nodes) => {
  const node = fc.integer({ min: 0, max: nodes - 1 });
  const arc = fc.tuple(node, node, fc.integer({ min: 0, max: 9 })).filter(([from, to]) => from !== to);
  return fc.tuple(fc.constant(nodes), fc.array(arc, { maxLength: 18 }));
});

describe('minimumCut', () => {
  it('is the least of all partitions, and the smallest source side of those', () => {
    fc.assert(
      fc.property(network, ([nodes, arcs]) => {
        const flow = buildFlowNetwork(
          nodes,
          arcs.map(([from]) => from),
          arcs.map(([, to]) => to),
        );
        arcs.forEach(([, , capacity], i) => {
          flow.capacity[2 * i] = capacity;
        });
        const found = minimumCut(flow);
        const across = (side: number) =>
          arcs.reduce((sum, [from, to, c]) => ((side >> from) & 1 && !((side >> to) & 1) ? sum + c : sum), 0);
        const sides = Array.from({ length: 2 ** nodes }, (_, bits) => bits).filter((bits) => (bits & 3) === 1);
        const least = Math.min(...sides.map(across));
        const common = sides.filter((side) => across(side) === least).reduce((all, side) => all & side);
        expect(found.flow).toBe(least);
        expect([...found.source]).toEqual(Array.from({ length: nodes }, (_, v) => (common >> v) & 1));
      }),
      { numRuns: 3 * runs, seed },
    );
  });
});
