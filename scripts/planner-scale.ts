import { solve } from '../src/planner/solve.js';
import { inception } from '../test/planner/inception.js';

/**
 * How long the planner takes on networks of Inception-like blocks under many limits, and what gap it leaves. Bundle with esbuild and
 * run with node. An argument `all` prints every problem, not only the slow ones.
 */
const times: number[] = [];
let widestGap = 0;
for (const bits of [[8], [4, 8]]) {
  for (const seed of [1, 2, 3, 4]) {
    for (const mbps of [0.3, 1]) {
      for (const speed of [1, 4]) {
        const problem = inception({ seed, blocks: 13, branches: 4, depth: 4, activationBits: bits });
        problem.link.secondsPerByteUp = 8 / mbps / 1e6;
        for (const { options } of problem.layers) for (const option of options) option.seconds /= speed;
        const free = solve(problem).best;
        if (!free) throw new Error('without limits there is always a plan');
        for (const memory of [undefined, 0.4, 0.7, 0.95]) {
          for (const error of [undefined, 0.5, 0.1, 0.02]) {
            problem.limits = { error: error && error * free.error, memoryBytes: memory && memory * free.memory.total };
            const start = performance.now();
            const { best, optimality } = solve(problem);
            const milliseconds = performance.now() - start;
            times.push(milliseconds);
            widestGap = Math.max(widestGap, optimality.gap);
            if (milliseconds < 1000 && optimality.gap < 1e-3 && process.argv[2] !== 'all') continue;
            const what = `${problem.layers.length} layers, activations ${bits.join('|')}, seed ${seed}, ${mbps} Mbps, speed ${speed}, memory ${memory}, error ${error}`;
            console.log(
              `${what}: ${best?.decision} ${best?.latency.total.toFixed(5)} s, gap ${optimality.gap.toExponential(1)}, ${milliseconds.toFixed(0)} ms`,
            );
          }
        }
      }
    }
  }
}
times.sort((a, b) => a - b);
const at = (share: number) => times[Math.floor(share * (times.length - 1))].toFixed(0);
console.log(
  `${times.length} problems: median ${at(0.5)} ms, 90 % ${at(0.9)} ms, worst ${at(1)} ms, widest gap ${widestGap.toExponential(1)}`,
);
