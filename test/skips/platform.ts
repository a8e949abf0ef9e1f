/** What a machine may lack: the reason to skip a test, or undefined where it has it. */
import { execFileSync } from 'node:child_process';

export const onWindows = process.platform === 'win32' ? 'needs signals and a POSIX shell' : undefined;
export const noLinux = process.platform === 'linux' ? undefined : 'needs Linux';

/** `script` of util-linux gives a program a terminal. */
const isUtilLinux = () => execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');

export const noTerminal = succeeds(isUtilLinux) ? undefined : 'needs `script` of util-linux';

export const noShell = (name: string): string | undefined =>
  process.platform !== 'win32' && succeeds(() => execFileSync(name, ['--version']).length > 0)
    ? undefined
    : `needs ${name}`;

function succeeds(attempt: () => boolean): boolean {
  try {
    return attempt();
  } catch {
    return false;
  }
}
