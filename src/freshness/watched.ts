import path from 'node:path';
import { configFiles } from '../config/files.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { filesOf } from '../onnx/files.js';
import { readModel } from '../onnx/read.js';
import { AutosplitError } from '../util/error.js';
import { inputFiles, metricImports } from './inputs.js';

/** What builds read: a change of any file, or a new sample in one of the folders, may change them. */
export interface Watched {
  /** Absolute paths. */
  files: ReadonlySet<string>;
  /** Folders of samples, absolute. */
  folders: ReadonlySet<string>;
}

/** Which config is meant: the one found from `cwd` upwards, or the one named. */
export interface ConfigPlace {
  cwd: string;
  config?: string;
}

/** Everything that builds read, external data of their models and what their metrics import among it. */
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

/**
 * What to look at until a config that cannot be loaded is mended: what it consists of, and the places where it is
 * wrong.
 */
export async function watchedAfter(error: unknown, { cwd, config }: ConfigPlace): Promise<Watched> {
  const places =
    error instanceof AutosplitError ? [error, ...error.problems].flatMap(({ location }) => location?.file ?? []) : [];
  const own = await configFiles({ cwd, ...(config !== undefined && { config }) }).catch(() => []);
  // Some places are options of the command line.
  return { files: new Set([...places.filter(path.isAbsolute), ...own]), folders: new Set() };
}

export const union = (...all: readonly Watched[]): Watched => ({
  files: new Set(all.flatMap(({ files }) => [...files])),
  folders: new Set(all.flatMap(({ folders }) => [...folders])),
});

/** Whether an event of a file matters: in a folder of samples, only files that are named like samples count. */
export function isWatched({ files, folders }: Watched, file: string): boolean {
  if (files.has(file)) return true;
  const [folder, ending] = [path.dirname(file), path.extname(file)];
  return (
    folders.has(folder) &&
    [...files].some((sample) => path.dirname(sample) === folder && path.extname(sample) === ending)
  );
}

/** The model itself where it cannot be read: somebody is about to mend it. */
function modelFiles(file: string): string[] {
  try {
    return filesOf(readModel(file), file);
  } catch (error) {
    if (error instanceof AutosplitError) return [file];
    throw error;
  }
}
