import { solve } from '../src/planner/solve.js';
import { inception } from '../test/planner/inception.js';

let worst = 0,
  n = 0,
  wg = 0;
const all: number[] = [];
for (const bits of [[8], [4, 8]])
  for (const seed of [1, 2, 3, 4])
    for (const mbps of [0.3, 1])
      for (const speed of [1, 4]) {
        const p = inception({ seed, blocks: 13, branches: 4, depth: 4, activationBits: bits });
        p.link.secondsPerByteUp = 8 / mbps / 1e6;
        for (const l of p.layers) for (const o of l.options) o.seconds /= speed;
        const free = solve(p).best!;
        for (const mf of [undefined, 0.4, 0.7, 0.95])
          for (const ef of [undefined, 0.5, 0.1, 0.02]) {
            p.limits = { error: ef && ef * free.error, memoryBytes: mf && mf * free.memory.total };
            const t = performance.now();
            const s = solve(p);
            const ms = performance.now() - t;
            all.push(ms);
            n++;
            wg = Math.max(wg, s.optimality.gap);
            if (ms > 200 || s.optimality.gap > 1e-3)
              console.log(
                bits.join(),
                seed,
                mbps,
                speed,
                p.layers.length,
                mf,
                ef,
                s.best?.decision,
                s.best?.assignment.edge.filter(Boolean).length,
                s.best?.latency.total.toFixed(5),
                'free',
                free.latency.total.toFixed(5),
                free.decision,
                'gap',
                s.optimality.gap.toExponential(1),
                s.infeasible?.constraint ?? '',
                ms.toFixed(0),
                'ms',
              );
          }
      }
all.sort((a, b) => a - b);
console.log(n, 'median', all[n >> 1].toFixed(0), 'p90', all[Math.floor(n * 0.9)].toFixed(0), 'max', all[n - 1].toFixed(0), 'gap', wg);
