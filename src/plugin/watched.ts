import path from 'node:path';
import { findConfig } from '../config/discover.js';
import type { ResolvedConfig, ResolvedSamples } from '../config/resolved.js';
import { AutosplitError } from '../util/error.js';

/** What a build reads: a change of any file, or a new sample in one of the folders, may change it. */
export interface Watched {
  /** Absolute paths. */
  files: ReadonlySet<string>;
  /** Folders of samples, absolute. */
  folders: ReadonlySet<string>;
}

/** What builds read. `modelFiles` are external data of their networks. */
export function watchedBy(configs: readonly ResolvedConfig[], modelFiles: readonly string[] = []): Watched {
  const samples = configs.flatMap(({ calibration, validation }): ResolvedSamples[] => [calibration, ...(validation ? [validation] : [])]);
  const others = configs.flatMap(({ read, model, validation, edge, network, cloud }) => [
    ...read,
    model.path,
    ...(validation ? [validation.labels, ...(typeof validation.metric === 'object' ? [validation.metric.module] : [])] : []),
    ...[edge.latency, network.trace, cloud.latency].flatMap((table) => table?.file ?? []),
    ...[edge.targetModule, cloud.targetModule].flatMap((module) => module?.files ?? []),
  ]);
  const files = samples.flatMap((set) => set.files);
  return { files: new Set([...others, ...modelFiles, ...files]), folders: new Set(files.map((file) => path.dirname(file))) };
}

/** What to look at until a config that cannot be read is mended: where it is wrong, and the config itself. */
export async function watchedAfter(error: unknown, cwd: string, config?: string): Promise<Watched> {
  const places = error instanceof AutosplitError ? [error, ...error.problems].flatMap(({ location }) => location?.file ?? []) : [];
  const file = await findConfig(cwd, config).catch(() => undefined);
  return { files: new Set([...places, ...(file === undefined ? [] : [file])]), folders: new Set() };
}

export const union = (...all: readonly Watched[]): Watched => ({
  files: new Set(all.flatMap(({ files }) => [...files])),
  folders: new Set(all.flatMap(({ folders }) => [...folders])),
});

/** Whether an event of a file matters: in a folder of samples, only files that are named like samples count. */
export function isWatched({ files, folders }: Watched, file: string): boolean {
  if (files.has(file)) return true;
  const [folder, ending] = [path.dirname(file), path.extname(file)];
  return folders.has(folder) && [...files].some((sample) => path.dirname(sample) === folder && path.extname(sample) === ending);
}
