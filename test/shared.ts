import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isThorough } from './thorough.js';

const folder = fileURLToPath(new URL('../../shared', import.meta.url));

/** Folder of models and data that are too large for this repository; undefined where it is missing. */
export const sharedFolder: string | undefined = existsSync(folder) ? folder : undefined;

/** The same for tests: undefined in `npm test` too, which needs nothing but the repository. */
export const shared: string | undefined = isThorough ? sharedFolder : undefined;

/** Why tests of `shared` are skipped; undefined where they run. */
export const noShared: string | undefined = shared
  ? undefined
  : isThorough
    ? '../shared is missing'
    : 'needs ../shared: runs in `npm run test:e2e`';

export interface TestModel {
  name: string;
  file: string;
  /** Shapes of inputs that the model leaves open. */
  shapes: Record<string, number[]>;
}

const SHAPES: Record<string, Record<string, number[]>> = {
  byte_bilstm_tract: { input: [1, 20] },
  recurrent: { sequence: [6, 1, 4] },
  silero_vad: { input: [1, 512], state: [2, 1, 128] },
};

const modelsIn = (at: string): TestModel[] =>
  readdirSync(at)
    .filter((file) => file.endsWith('.onnx'))
    .sort()
    .map((file) => ({ name: file, file: path.join(at, file), shapes: SHAPES[path.basename(file, '.onnx')] ?? {} }));

/** Models of a folder of shared/models; none where `shared` is undefined. */
export const sharedModels = (name: string): TestModel[] => (shared ? modelsIn(path.join(shared, 'models', name)) : []);

const networks = fileURLToPath(new URL('fixtures/networks', import.meta.url));

/** A network that scripts/make-networks.mjs has made, such as `classifier`. */
export const smallNetwork = (name: string): string => path.join(networks, `${name}.onnx`);

/** All of them that end. */
export const smallNetworks = (): TestModel[] => modelsIn(networks).filter(({ name }) => name !== 'endless.onnx');
