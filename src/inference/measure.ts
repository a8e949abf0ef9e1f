/**
 * The measuring half of worker.ts: an undisturbed session for the time of whole runs, and a profiled one for that of
 * each kernel.
 */
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import * as ort from 'onnxruntime-node';
import { exactSession } from '../runtime/saturation.js';
import type { KernelTimes, TaskArguments, TaskResults } from './tasks.js';

/** The options of every session that computes what a bundle will compute, see session.ts. */
const options = async (threads: number): Promise<ort.InferenceSession.SessionOptions> => ({
  graphOptimizationLevel: 'all',
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
  extra: { session: await exactSession(ort) },
});

/** Writes the graph that onnxruntime really runs: fused, and in its own layouts. */
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
    // The kernels inside a control flow node run any number of times, and are part of that node's own time.
    .filter((kernel) => kernel.seconds.length === WARM_UP + all)
    .map((kernel) => ({ ...kernel, seconds: counted.map(({ index }) => kernel.seconds[WARM_UP + index]) }));
  return { runs: undisturbed.counted.map((run) => run.seconds), kernels };
}

const WARM_UP = 3;

/** How much longer than asked for it may take to see enough undisturbed runs. */
const PATIENCE = 2;

interface Run {
  /** Place among all runs. */
  index: number;
  seconds: number;
  interruptions: number;
}

/**
 * Times runs as long as the time lasts. What counts are runs during which the system never took the processor away for
 * somebody else; where there are too few of them, those with the least such interruptions. An interrupted run on one
 * thread takes as long as the processor worked on it.
 */
async function timeRuns(
  session: ort.InferenceSession,
  feeds: Record<string, ort.Tensor>,
  { threads, effort: { seconds, least, most } }: Pick<TaskArguments['measure'], 'threads' | 'effort'>,
): Promise<{ counted: Run[]; all: number }> {
  for (let i = 0; i < WARM_UP; i++) await session.run(feeds);
  const runs: Run[] = [];
  let quiet = 0;
  for (
    let spent = 0;
    runs.length < least || (runs.length < most && spent < (quiet < least ? PATIENCE : 1) * seconds);
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
    .slice(0, Math.max(quiet, least));
  return { counted, all: runs.length };
}

interface ProfileEvent {
  cat: string;
  name: string;
  /** Microseconds. */
  dur: number;
}

const KERNEL = /^(.*)_kernel_time$/s;

/** What the profiler wrote of each kernel, in order of its first run. */
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
