import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Listr, ListrLogger, type ListrRendererValue, ProcessOutput } from 'listr2';
import type { RunStage } from './stage.js';

/** Progress goes to stderr, so that stdout is the result alone. */
const toStderr = () => new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });

/** Shows each stage as a line with its time: live on a terminal, plain elsewhere, nothing at all when `quiet`. */
export function listrStages(options: { quiet: boolean }): RunStage {
  const renderer: ListrRendererValue = options.quiet ? 'silent' : process.stderr.isTTY && !process.env.CI ? 'default' : 'simple';
  return async (title, stage) => {
    let result: { value: Awaited<ReturnType<typeof stage>> } | undefined;
    const list = new Listr(
      [
        {
          title,
          task: async (_, task) => {
            const started = performance.now();
            const value = await stage((text) => {
              if (renderer === 'default') task.title = `${title} (${text})`;
            });
            result = { value: value as Awaited<ReturnType<typeof stage>> };
            task.title = `${title} [${((performance.now() - started) / 1000).toFixed(1)} s]`;
          },
        },
      ],
      { renderer, fallbackRenderer: 'simple', rendererOptions: { logger: toStderr() as never }, registerSignalListeners: false },
    );
    await list.run();
    if (!result) throw new Error(`${title} ended without a result`);
    return result.value;
  };
}

/** Runs `work` with a temporary folder that is gone afterwards, interrupted or not. */
export async function withWorkDir<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'autosplit-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
