/**
 * Timing tasks of worker.ts. Whole runs are timed in a session without the profiler, kernels in one with it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import * as ort from 'onnxruntime-node';
import { exactSession } from '../runtime/saturation.js';
import type { KernelTimes, TaskArguments, TaskResults } from './tasks.js';

/** The session options of bundles; see session.ts. */
const options = async (threads: number): Promise<ort.InferenceSession.SessionOptions> => ({
  graphOptimizationLevel: 'all',
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
  extra: { session: await exactSession(ort) },
});

/** Writes the graph that onnxruntime runs: fused, and in its internal layouts. */
export async function compile({ model, output, dataFile }: TaskArguments['compile']): Promise<TaskResults['compile']> {
  const usual = await options(1);
  const session = await ort.InferenceSession.create(model, {
    ...usual,
    optimizedModelFilePath: output,
    extra: {
      session: {
        ...(usual.extra?.session as object),
        optimized_model_external_initializers_file_name: dataFile,
        optimized_model_external_initializers_min_size_in_bytes: '1024',
        disable_prepacking: '1',
      },
    },
  });
  await session.release();
  return {};
}

export async function measure(
  { model, threads, effort, profiles }: TaskArguments['measure'],
  feeds: Record<string, ort.Tensor>,
): Promise<TaskResults['measure']> {
  const usual = await options(threads);
  const plain = await ort.InferenceSession.create(model, usual);
  const undisturbed = await timeRuns(plain, feeds, { threads, effort });
  await plain.release();
  const profiled = await ort.InferenceSession.create(model, {
    ...usual,
    enableProfiling: true,
    profileFilePrefix: path.join(profiles, 'profile'),
  });
  const { all, counted } = await timeRuns(profiled, feeds, { threads, effort });
  profiled.endProfiling();
  await profiled.release();
  const kernels = readKernels(profiles)
    // Drop kernels inside control flow nodes: they run a variable number of times, and the node's time includes them.
    .filter((kernel) => kernel.seconds.length === WARM_UP + all)
    .map((kernel) => ({ ...kernel, seconds: counted.map(({ index }) => kernel.seconds[WARM_UP + index]) }));
  return { runs: undisturbed.counted.map((run) => run.seconds), kernels };
}

const WARM_UP = 3;

/** Timing may take this many times as long as requested, to collect enough undisturbed runs. */
const PATIENCE = 2;

interface Run {
  /** Index among all runs. */
  index: number;
  seconds: number;
  interruptions: number;
}

/**
 * Times runs for a given duration. Runs without an involuntary context switch count; if they are too few, those with
 * the fewest switches. With one thread, an interrupted run counts its CPU time.
 */
async function timeRuns(
  session: ort.InferenceSession,
  feeds: Record<string, ort.Tensor>,
  { threads, effort: { seconds, minRuns, maxRuns } }: Pick<TaskArguments['measure'], 'threads' | 'effort'>,
): Promise<{ counted: Run[]; all: number }> {
  for (let i = 0; i < WARM_UP; i++) await session.run(feeds);
  const runs: Run[] = [];
  let quiet = 0;
  for (
    let spent = 0;
    runs.length < minRuns || (runs.length < maxRuns && spent < (quiet < minRuns ? PATIENCE : 1) * seconds);
  ) {
    const before = process.resourceUsage();
    const started = performance.now();
    await session.run(feeds);
    const elapsed = (performance.now() - started) / 1000;
    const after = process.resourceUsage();
    const interruptions = after.involuntaryContextSwitches - before.involuntaryContextSwitches;
    const worked = (after.userCPUTime + after.systemCPUTime - before.userCPUTime - before.systemCPUTime) / 1e6;
    const isShortened = interruptions > 0 && threads === 1;
    runs.push({ index: runs.length, seconds: isShortened ? Math.min(elapsed, worked) : elapsed, interruptions });
    spent += elapsed;
    if (interruptions === 0) quiet++;
  }
  const counted = runs
    .toSorted((a, b) => a.interruptions - b.interruptions || a.index - b.index)
    .slice(0, Math.max(quiet, minRuns));
  return { counted, all: runs.length };
}

interface ProfileEvent {
  cat: string;
  name: string;
  /** Microseconds. */
  dur: number;
}

const KERNEL = /^(.*)_kernel_time$/s;

/** Times by kernel from the profiler's trace, in order of the first run. */
function readKernels(folder: string): KernelTimes[] {
  const [file] = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const events: ProfileEvent[] = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
  const kernels = new Map<string, number[]>();
  for (const { cat, name, dur } of events) {
    const [, kernel] = (cat === 'Node' && KERNEL.exec(name)) || [];
    if (kernel === undefined) continue;
    const seconds = kernels.get(kernel);
    if (seconds) seconds.push(dur / 1e6);
    else kernels.set(kernel, [dur / 1e6]);
  }
  return [...kernels].map(([name, seconds]) => ({ name, seconds }));
}
