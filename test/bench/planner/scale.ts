import { solve } from '../../../src/planner/search/solve.js';
import { inception } from '../../planner/inception.js';

/** Synthetic DAGs by size. */
export function benchScale(smoke: boolean) {
  const shapes = [{ blocks: 13, branches: 4, depth: 4 }, ...(smoke ? [] : [{ blocks: 110, branches: 20, depth: 8 }])];
  const rows = shapes.flatMap((shape) => {
    const problem = inception({ seed: 1, ...shape });
    const free = solve(problem).best;
    if (!free) throw new Error('without limits there is always a plan');
    // A faster device is one that takes a part of the network.
    for (const { options } of problem.layers) for (const option of options) option.seconds /= 4;
    problem.link.secondsPerByteUp *= 3;
    const fastest = solve(problem).best ?? free;
    const limits = [
      { memory: undefined, error: undefined },
      { memory: 0.7, error: undefined },
      { memory: undefined, error: 0.5 },
      { memory: 0.7, error: 0.5 },
    ];
    return limits.map(({ memory, error }) => {
      problem.limits = { memoryBytes: memory && memory * fastest.memory.total, error: error && error * fastest.error };
      const started = performance.now();
      const { best, optimality } = solve(problem);
      const milliseconds = performance.now() - started;
      const { length: layers } = problem.layers;
      const share = (best?.assignment.edge.filter(Boolean).length ?? 0) / layers;
      return {
        layers,
        branches: shape.branches,
        memory,
        error,
        total: best?.latency.total,
        onEdge: share,
        gap: optimality.gap,
        milliseconds,
      };
    });
  });
  const text = rows.map(
    ({ layers, branches, memory = 'none', error = 'none', total, onEdge, gap, milliseconds }) =>
      `${layers} layers, ${branches} branches, memory ${memory}, error ${error}: ${total?.toFixed(5)} s, ${(100 * onEdge).toFixed(0)} % on the edge, gap ${gap.toExponential(1)}, ${milliseconds.toFixed(0)} ms`,
  );
  return { result: { benchmark: 'planner', scale: rows }, text: text.join('\n') };
}
