import path from 'node:path';
import type { Model } from './graph.js';

/** Absolute paths of all files that hold a model, as it was read: `file` itself first, then external data, sorted. */
export function filesOf({ graph }: Model, file: string): string[] {
  const sources = [...graph.initializers.values()].flatMap(({ data }) =>
    data.kind === 'file' ? [path.resolve(data.path)] : [],
  );
  return [file, ...[...new Set(sources)].filter((other) => other !== path.resolve(file)).sort()];
}
