import { referenceEdge } from '../targets/index.js';

/** The parts of a package.json that are read. */
export interface PackageFile {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** A bundler and the lines that add the plugin. */
export interface Bundler {
  name: string;
  /** Name of its config file. */
  file: string;
  /** The lines to add to its config. */
  lines: [string, string];
}

const FILES = {
  vite: 'vite.config.js',
  rspack: 'rspack.config.mjs',
  rolldown: 'rolldown.config.js',
  rollup: 'rollup.config.js',
  webpack: 'webpack.config.mjs',
  esbuild: 'the script that calls esbuild',
} as const;

/** Packages of each bundler. Vite is first, since it depends on rollup and esbuild. */
const PACKAGES: Record<keyof typeof FILES, string[]> = {
  vite: ['vite'],
  rspack: ['@rspack/core', '@rspack/cli'],
  rolldown: ['rolldown'],
  rollup: ['rollup'],
  webpack: ['webpack'],
  esbuild: ['esbuild'],
};

/** The bundler that a package depends on; undefined where it depends on none. */
export function detectBundler({ dependencies, devDependencies }: PackageFile): Bundler | undefined {
  const all = { ...dependencies, ...devDependencies };
  const name = (Object.keys(FILES) as (keyof typeof FILES)[]).find((each) =>
    PACKAGES[each].some((wanted) => wanted in all),
  );
  if (!name) return undefined;
  return { name, file: FILES[name], lines: [`import autosplit from 'autosplit/${name}';`, 'plugins: [autosplit()],'] };
}

/** Whether the project is for browsers: it depends on onnxruntime-web. */
export const runsInBrowser = ({ dependencies, devDependencies }: PackageFile): boolean =>
  referenceEdge('wasm').packages.some((name) => name in { ...dependencies, ...devDependencies });
