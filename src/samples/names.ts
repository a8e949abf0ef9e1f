import path from 'node:path';

/** Paths relative to the deepest folder that holds all files, with `/` on every platform. */
export function relativeNames(files: readonly string[]): string[] {
  const [first = ''] = files;
  let folder = path.dirname(first);
  const holds = (file: string) => file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
  while (!files.every(holds) && folder !== path.dirname(folder)) folder = path.dirname(folder);
  return files.map((file) => path.relative(folder, file).split(path.sep).join('/'));
}

/**
 * `limit` indices of 0..total-1, spread evenly: sorted files often stand in order of their class, so the first ones
 * would not do.
 */
export function spreadIndices(total: number, limit: number): number[] {
  const count = Math.min(total, limit);
  return Array.from({ length: count }, (_, i) => Math.floor((i * total) / count));
}
