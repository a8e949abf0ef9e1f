import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { runIsolated } from '../inference/isolated.js';
import type { MeasureEffort, TaskResults } from '../inference/tasks.js';
import { type LayerRuns, settle } from './settle.js';
import { type Spread, spreadOf } from './spread.js';
import type { Subject } from './subject.js';

/**
 * What a model takes: as a whole, and by layer; the medians of layers and `fixed` sum up to that of the whole. Seconds.
 */
export interface Timing {
  whole: Spread;
  layers: Spread[];
}

interface Collected {
  /** Seconds of whole runs, by round. */
  rounds: number[][];
  /** By layer: times of each run, summed over the kernels of the layer. */
  layers: { kernels: Set<string>; seconds: number[] }[];
}

export interface TimeOptions {
  rounds: number;
  effort: MeasureEffort;
  threads: number;
  /** What each run takes beside its layers. */
  fixed: number;
  workDir: string;
  /** Told after each process. */
  onProgress: (done: number, of: number) => void;
}

/** A slow device runs a large model for minutes. */
const TIMEOUT_SECONDS = 1800;

/**
 * Times subjects in rounds, each in a process of its own in every round, so that what disturbs the machine for a while
 * disturbs all alike. `counts` are the layers of each subject's network.
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
