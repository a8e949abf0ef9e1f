import { solve } from '../src/planner/solve.js';
import { evaluate } from '../src/planner/evaluate.js';
import { front } from '../src/planner/front.js';
import { inception } from '../test/planner/inception.js';
for (const bits of [[8], [4, 8]]) for (const seed of [1, 2, 3]) for (const lim of [{}, { error: 1 }, { memory: 1 }, { memory: 1, error: 1 }, {memory: .5, error: .3}]) {
  const p = inception({ seed, blocks: 13, branches: 4, depth: 4, activationBits: bits });
  const free = solve(p).best!;
  const e = 'error' in lim ? lim.error! * 0.3 * (free.error) : undefined;
  const m = 'memory' in lim ? lim.memory! * 0.5 * free.memory.total : undefined;
  p.limits = { error: e, memoryBytes: m };
  const t = performance.now();
  const s = solve(p);
  const ms = performance.now() - t;
  console.log(bits.join(), seed, p.layers.length, JSON.stringify(lim), s.best?.decision, s.best?.assignment.edge.filter(Boolean).length, s.best?.latency.total.toFixed(5), 'free', free.latency.total.toFixed(5), 'gap', s.optimality.gap.toExponential(1), s.infeasible?.reason ?? '', ms.toFixed(0), 'ms');
}
