import { readFileSync } from 'node:fs';
import type { KnipConfig } from 'knip';
import { globSync } from 'tinyglobby';

/** Files that say what a folder is for, and hold no code: nobody imports them. */
const signs = globSync('src/**/index.ts').filter(
  (file) =>
    readFileSync(file, 'utf8')
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .trim() === '',
);

export default {
  entry: [
    'src/index.ts!',
    // What scripts/build.mjs compiles on its own.
    'src/cli/bin.ts!',
    'src/plugin/entries/*.ts!',
    'src/{inference,planner/highs}/worker.ts!',
    'src/verify/{edge-driver,resolve,resolve-hooks}.ts!',
    'src/runtime/{edge,cloud,web}/*-entry.ts!',
    'src/runtime/web/{unpack-worker,platform}.ts!',
    'src/report/browser/main.ts!',
    'scripts/*.mjs',
    // What tests run in a process or a page of its own.
    'test/bench/*.bench.ts',
    'test/**/*.mjs',
  ],
  project: ['src/**/*.ts!', 'scripts/**/*.mjs', 'test/**/*.{ts,mjs}'],
  ignore: [...signs, 'test/skips/example/**'],
  // Read from its folder into pages.
  ignoreDependencies: ['axe-core'],
  // The name in dist/.
  ignoreUnresolved: ['./verify-resolve-hooks.mjs'],
  ignoreBinaries: ['fish', 'script', 'apt-get'],
  ignoreExportsUsedInFile: true,
} satisfies KnipConfig;
