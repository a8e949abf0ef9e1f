import { existsSync } from 'node:fs';
import { aptInstall, type Tool } from '../tool.js';

/** Where Debian and its kin put it. */
const EXECUTABLE = '/usr/bin/chromium';

/** A Chromium to test with, installed from the system's packages where it is missing. */
export async function prepareChromium(): Promise<Tool> {
  if (existsSync(EXECUTABLE)) return { executable: EXECUTABLE };
  const failure = await aptInstall('chromium');
  return failure === undefined ? { executable: EXECUTABLE } : { reason: `there is no ${EXECUTABLE}, and ${failure}` };
}
