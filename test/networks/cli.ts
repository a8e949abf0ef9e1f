import { readFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';

const cli = path.resolve('dist/cli.js');

/** What one run computed must not be what another one measures. */
const NO_CACHE = ['--no-cache'];

/** Runs `autosplit build --json` and gives its document. */
export const build = async (cwd: string) => JSON.parse((await run('build', cwd)).stdout);

/**
 * Runs a command as users do, and watches its memory: the largest resident set of its process, in bytes (Linux only,
 * else 0).
 */
export async function run(command: 'build' | 'plan', cwd: string): Promise<{ stdout: string; peakBytes: number }> {
  const child = execa(process.execPath, [cli, command, '--cwd', cwd, '--json', '--quiet', ...NO_CACHE]);
  let peakBytes = 0;
  const timer = setInterval(() => {
    try {
      const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      if (kilobytes) peakBytes = Number(kilobytes) * 1024;
    } catch {
      clearInterval(timer);
    }
  }, 50);
  const { stdout } = await child.finally(() => clearInterval(timer));
  return { stdout, peakBytes };
}
