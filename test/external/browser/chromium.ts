import { existsSync } from 'node:fs';
import { execa } from 'execa';

/** Where Debian and its kin put it. */
const EXECUTABLE = '/usr/bin/chromium';

/** A Chromium to test with, installed from the system's packages where it is missing; or why there is none. */
export async function prepareChromium(): Promise<{ executable: string } | { reason: string }> {
  if (!existsSync(EXECUTABLE)) {
    const options = { reject: false, env: { DEBIAN_FRONTEND: 'noninteractive' }, timeout: 300_000 } as const;
    await execa('apt-get', ['update'], options);
    const { failed, stderr, shortMessage } = await execa(
      'apt-get',
      ['install', '-y', '--no-install-recommends', 'chromium'],
      options,
    );
    if (failed)
      return {
        reason: `there is no ${EXECUTABLE}, and apt-get cannot install it: ${String(stderr ?? shortMessage).split('\n')[0]}`,
      };
  }
  return { executable: EXECUTABLE };
}
