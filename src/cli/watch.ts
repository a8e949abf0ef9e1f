import { setTimeout } from 'node:timers/promises';
import { styleText } from 'node:util';
import { watch } from 'chokidar';
import { execa } from 'execa';
import { type WatchedInputs, watchedInputs } from '../api/watch.js';
import type { CommonOptions } from './options.js';

/** Editors write files in several steps; wait until they are done. */
const QUIET_MILLISECONDS = 150;

/**
 * Runs `build` whenever an input changes, until the process is ended. Each build is a process of its own: it reads
 * changed modules anew, and a crash ends that build alone.
 * @param args arguments of the command line, without --watch
 * @throws AutosplitError CONFIG_NOT_FOUND
 */
export async function watchBuild(options: CommonOptions, args: readonly string[]): Promise<never> {
  let built = await watchedInputs(options);
  let events = 0;
  let wake = () => {};
  const ignored = (file: string) => /[/\\](\.autosplit-|node_modules[/\\])/.test(file);
  const watcher = watch([...built.folders], { depth: 0, ignoreInitial: true, ignored });
  watcher.on('all', () => {
    events++;
    wake();
  });
  watcher.on('error', (error) => tell('red', `cannot watch: ${error instanceof Error ? error.message : error}`));
  for (;;) {
    await execa(process.execPath, [...process.execArgv, process.argv[1], ...args], { stdio: 'inherit', reject: false });
    tell('dim', 'waiting for changes; Ctrl-C ends');
    // Changes during the build count: compare with the digests from before it.
    built = await changedInputs(built);
    tell('cyan', 'something has changed');
  }

  async function changedInputs(before: WatchedInputs): Promise<WatchedInputs> {
    for (;;) {
      const seen = events;
      // A missing config is probably being replaced.
      const now = await watchedInputs(options).catch(() => undefined);
      if (now) watcher.add([...now.folders]);
      if (now && now.digest !== before.digest) return now;
      if (events === seen) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      await setTimeout(QUIET_MILLISECONDS);
    }
  }
}

function tell(colour: 'cyan' | 'dim' | 'red', text: string): void {
  process.stderr.write(`${styleText(colour, text, { stream: process.stderr })}\n`);
}
