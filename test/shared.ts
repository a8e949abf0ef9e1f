import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../shared', import.meta.url));

/**
 * Folder of models and data that are too large for this repository; undefined where it is missing: tests that need it
 * skip.
 */
export const shared: string | undefined = existsSync(folder) ? folder : undefined;
