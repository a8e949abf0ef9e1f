import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LoadOptions, loadConfig } from '../../src/config/load.js';
import type { ResolvedConfig } from '../../src/config/resolved.js';
import { AutosplitError } from '../../src/util/error.js';
import { temporaryFolder } from '../util/temporary.js';

/** Presets for tests: edge/{grid,board}, network/slow, cloud/rack. */
export const presets = fileURLToPath(new URL('../fixtures/presets', import.meta.url));

/** The smallest config there is. */
export const SMALLEST = `
model: net.onnx
calibration: { images: data/*.jpg }
edge: { preset: grid }
network: { preset: slow }
cloud: { preset: rack }
`;

/** A folder with a model, pictures, labels and these files. */
export function project(files: Readonly<Record<string, string>>): string {
  return temporaryFolder({
    'net.onnx': '',
    'data/b.jpg': '',
    'data/a.jpg': '',
    'labels.csv': 'file,label\n',
    'metric.mjs': '',
    ...files,
  });
}

type Options = Partial<LoadOptions>;

const load = (folder: string, options: Options) => loadConfig({ cwd: folder, presets, env: {}, ...options });

/** Loads a config of one build. */
export async function loadOne(
  files: Readonly<Record<string, string>> | string,
  options: Options = {},
): Promise<ResolvedConfig> {
  const [config] = await load(
    typeof files === 'string' ? project({ 'autosplit.config.yaml': files }) : project(files),
    options,
  );
  return config;
}

export interface Found {
  code: string;
  message: string;
  hint: string | undefined;
  /** `FILE:LINE:COLUMN` relative to the project, or `FILE`. */
  at: string;
  frame: string | undefined;
}

/** Loads a config that is wrong and gives what is said about it. */
export async function problemsIn(
  files: Readonly<Record<string, string>> | string,
  options: Options = {},
): Promise<Found[]> {
  const folder = typeof files === 'string' ? project({ 'autosplit.config.yaml': files }) : project(files);
  try {
    await load(folder, options);
  } catch (error) {
    if (!(error instanceof AutosplitError)) throw error;
    return (error.problems.length > 0 ? error.problems : [error]).map(({ code, message, hint, location }) => {
      const file = location ? path.relative(folder, location.file) : '';
      return {
        code,
        message,
        hint,
        at: [file, location?.line, location?.column].filter((part) => part !== undefined).join(':'),
        frame: location?.frame,
      };
    });
  }
  throw new Error('the config was taken');
}
