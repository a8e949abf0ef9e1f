import path from 'node:path';
import { configFiles } from '../config/files.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { filesOf } from '../onnx/files.js';
import { readModel } from '../onnx/read.js';
import { AutosplitError } from '../util/error.js';
import { inputFiles, metricImports } from './inputs.js';

/** What builds read. A change of a file, or a new sample in a folder, may change a build. */
export interface Watched {
  /** Absolute paths. */
  files: ReadonlySet<string>;
  /** Folders of samples, absolute. */
  folders: ReadonlySet<string>;
}

/** Selects the config: the first one found from `cwd` upwards, or the named one. */
export interface ConfigPlace {
  cwd: string;
  config?: string;
}

/** Everything that builds read, including external data of models and imports of metrics. */
export async function watchedBy(configs: readonly ResolvedConfig[]): Promise<Watched> {
  const files = await Promise.all(
    configs.map(async (config) => [
      ...config.read,
      ...modelFiles(config.model.path),
      ...(await metricImports(config)),
      ...inputFiles(config),
    ]),
  );
  const samples = configs.flatMap(({ calibration, validation }) => [
    ...calibration.files,
    ...(validation?.files ?? []),
  ]);
  return { files: new Set(files.flat()), folders: new Set(samples.map((file) => path.dirname(file))) };
}

/** What to watch while a config is invalid: its files, and the places of its errors. */
export async function watchedAfter(error: unknown, { cwd, config }: ConfigPlace): Promise<Watched> {
  const places =
    error instanceof AutosplitError ? [error, ...error.problems].flatMap(({ location }) => location?.file ?? []) : [];
  const own = await configFiles({ cwd, ...(config !== undefined && { config }) }).catch(() => []);
  // Some places are options of the command line, not files.
  return { files: new Set([...places.filter(path.isAbsolute), ...own]), folders: new Set() };
}

export const union = (...all: readonly Watched[]): Watched => ({
  files: new Set(all.flatMap(({ files }) => [...files])),
  folders: new Set(all.flatMap(({ folders }) => [...folders])),
});

/** Whether a changed file matters. In a folder of samples, only files with the ending of a sample do. */
export function isWatched({ files, folders }: Watched, file: string): boolean {
  if (files.has(file)) return true;
  const [folder, ending] = [path.dirname(file), path.extname(file)];
  return (
    folders.has(folder) &&
    [...files].some((sample) => path.dirname(sample) === folder && path.extname(sample) === ending)
  );
}

/** Only the model file if it cannot be parsed. */
function modelFiles(file: string): string[] {
  try {
    return filesOf(readModel(file), file);
  } catch (error) {
    if (error instanceof AutosplitError) return [file];
    throw error;
  }
}
