import { writeSync } from 'node:fs';
import { Listr, ListrLogger, ProcessOutput } from 'listr2';
import { cleanUpAtExit } from '../util/exit.js';
import { remainingInWords, remainingTime } from '../util/remaining.js';
import type { Progress, RunStage } from './index.js';

export interface StageOptions {
  quiet: boolean;
  /** Name of the build, shown if there are several. */
  build?: string;
}

/**
 * Shows each stage with its time on stderr, so that stdout holds only the result: animated on a terminal, plain lines
 * otherwise, nothing if `quiet`.
 */
export function listrStages({ quiet, build }: StageOptions): RunStage {
  // A pseudo-terminal without a size has no columns to draw in.
  const isLive = process.stderr.isTTY && process.stderr.columns > 0 && !process.env.CI;
  const show = quiet ? silent : isLive ? live : plain;
  return (title, stage) => show(build === undefined ? title : `${build}: ${title}`, stage);
}

type Stage<T> = (progress: Progress) => Promise<T> | T;

const silent = async <T>(_title: string, stage: Stage<T>): Promise<T> => stage(() => {});

async function plain<T>(title: string, stage: Stage<T>): Promise<T> {
  const say = (text: string) => process.stderr.write(`${text}\n`);
  say(`❯ ${title}`);
  const elapsed = stopwatch();
  try {
    const value = await stage(() => {});
    say(`✔ ${title} [${elapsed()}]`);
    return value;
  } catch (error) {
    // The command prints the error at its end.
    say(`✖ ${title}`);
    throw error;
  }
}

const SHOW_CURSOR = '\u001b[?25h';

async function live<T>(title: string, stage: Stage<T>): Promise<T> {
  let result: { value: T } | undefined;
  const list = new Listr(
    [
      {
        title,
        task: async (_, task) => {
          const elapsed = stopwatch();
          const remaining = remainingTime();
          const value = await stage((text, count) => {
            const left = count && remaining(count);
            task.title = `${title} (${text}${left === undefined ? '' : `, ${remainingInWords(left)}`})`;
          });
          result = { value };
          task.title = `${title} [${elapsed()}]`;
        },
      },
    ],
    {
      renderer: 'default',
      rendererOptions: {
        logger: new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) }),
        showErrorMessage: false,
      },
      registerSignalListeners: false,
    },
  );
  const done = cleanUpAtExit(() => writeSync(2, SHOW_CURSOR));
  try {
    await list.run();
  } finally {
    done();
  }
  if (!result) throw new Error(`${title} ended without a result`);
  return result.value;
}

function stopwatch(): () => string {
  const started = performance.now();
  return () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
}
