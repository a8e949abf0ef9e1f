import path from 'node:path';

/** Paths relative to the deepest folder that holds all files, with `/` on every platform. */
export function relativeNames(files: readonly string[]): string[] {
  const [first = ''] = files;
  let folder = path.dirname(first);
  const holds = (file: string) => file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
  while (!files.every(holds) && folder !== path.dirname(folder)) folder = path.dirname(folder);
  return files.map((file) => path.relative(folder, file).split(path.sep).join('/'));
}
