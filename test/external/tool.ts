import { execa } from 'execa';
import { PATIENCE } from '../patience.js';

/** A program that tests run, or the reason why there is none. */
export type Tool = { executable: string } | { reason: string };

/** Installs packages of Debian and its kin; says why it cannot. */
export async function aptInstall(...names: string[]): Promise<string | undefined> {
  const options = { reject: false, env: { DEBIAN_FRONTEND: 'noninteractive' }, timeout: PATIENCE } as const;
  await execa('apt-get', ['update'], options);
  const { failed, stderr, shortMessage } = await execa(
    'apt-get',
    ['install', '-y', '--no-install-recommends', ...names],
    options,
  );
  if (!failed) return undefined;
  return `apt-get cannot install ${names.join(', ')}: ${String(stderr || shortMessage).split('\n')[0]}`;
}
