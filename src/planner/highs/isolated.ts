import { Worker } from 'node:worker_threads';
import { AutosplitError } from '../../util/error.js';
import { compiledModule } from '../../util/package.js';
import type { Program } from './program.js';
import type { RunLimits, RunResult } from './run.js';

/**
 * Runs HiGHS on a thread of its own. It and its WebAssembly are loaded there and nowhere else.
 *
 * @throws AutosplitError SOLVER_FAILED where it crashes, as it does without memory
 */
export function runIsolated(program: Program, limits: RunLimits): Promise<RunResult> {
  const worker = new Worker(compiledModule('highs-worker.js'), { workerData: { program, limits } });
  return new Promise<RunResult>((resolve, reject) => {
    const failed = (cause: unknown) =>
      reject(
        new AutosplitError('SOLVER_FAILED', `HiGHS failed: ${cause instanceof Error ? cause.message : cause}`, {
          cause,
          hint: HINT,
        }),
      );
    worker.once('message', resolve);
    worker.once('error', failed);
    worker.once('exit', (code) => failed(`its thread ended with code ${code}`));
  }).finally(() => worker.terminate());
}

export const HINT = 'take `--solver search`, which needs less time and memory';
