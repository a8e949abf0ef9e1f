import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A file of the repository. */
export const readText = (file) => readFile(root + file, 'utf8');
export const readJson = async (file) => JSON.parse(await readText(file));
