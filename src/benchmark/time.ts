import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { runIsolated } from '../inference/isolated.js';
import type { MeasureEffort, TaskResults } from '../inference/tasks.js';
import { type LayerRuns, settle } from './settle.js';
import { type Spread, spreadOf } from './spread.js';
import type { Subject } from './subject.js';

/**
 * Seconds of a model and of its layers. The typical times of the layers and `fixed` sum to that of the whole.
 */
export interface Timing {
  whole: Spread;
  layers: Spread[];
}

interface Collected {
  /** Seconds of whole runs, by round. */
  rounds: number[][];
  /** Times by layer and run, summed over the kernels of the layer. */
  layers: { kernels: Set<string>; seconds: number[] }[];
}

export interface TimeOptions {
  rounds: number;
  effort: MeasureEffort;
  threads: number;
  /** Fixed seconds per run, in addition to the layers. */
  fixed: number;
  workDir: string;
  /** Called after each process. */
  onProgress: (done: number, of: number) => void;
}

/** A slow device takes minutes for a large model. */
const TIMEOUT_SECONDS = 1800;

/**
 * Times all subjects in rounds, each in a new process, so that a temporary load of the machine affects all alike.
 * @param counts number of layers of each subject's model
 */
export async function timeSubjects(
  subjects: readonly Subject[],
  counts: readonly number[],
  options: TimeOptions,
): Promise<Timing[]> {
  const { rounds, effort, threads, fixed, workDir, onProgress } = options;
  const collected = counts.map(
    (count): Collected => ({
      rounds: [],
      layers: Array.from({ length: count }, () => ({ kernels: new Set<string>(), seconds: [] })),
    }),
  );
  for (let round = 0; round < rounds; round++)
    for (const [index, subject] of subjects.entries()) {
      const profiles = await mkdtemp(path.join(workDir, 'profile-'));
      const { file, feeds } = subject;
      const measured = await runIsolated(
        'measure',
        { model: file, feeds, threads, effort, profiles },
        { timeoutSeconds: TIMEOUT_SECONDS, doing: 'timing the model' },
      );
      await rm(profiles, { recursive: true, force: true });
      collect(collected[index], subject, measured);
      onProgress(round * subjects.length + index + 1, rounds * subjects.length);
    }
  return collected.map(({ rounds: seen, layers }) => {
    const whole = spreadOf(seen);
    const times = layers.map(
      ({ kernels, seconds }): LayerRuns => ({ kernels: kernels.size, seconds: Float64Array.from(seconds) }),
    );
    return { whole, layers: settle(times, Math.max(0, whole.median - fixed)) };
  });
}

function collect(into: Collected, { layerOf }: Subject, { runs, kernels }: TaskResults['measure']): void {
  const count = kernels[0]?.seconds.length ?? 0;
  const sums = into.layers.map(() => new Float64Array(count));
  for (const { name, seconds } of kernels) {
    const layer = layerOf.get(name);
    if (layer === undefined) continue;
    into.layers[layer].kernels.add(name);
    seconds.forEach((value, run) => {
      sums[layer][run] += value;
    });
  }
  into.rounds.push(runs);
  for (const [layer, sum] of sums.entries()) into.layers[layer].seconds.push(...sum);
}
