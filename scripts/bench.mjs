/**
 * Runs a benchmark: every number in the documentation comes from here.
 *
 *   npm run bench -- NAME [--json] [--smoke] [--write-docs] [options of the benchmark]
 *   npm run bench -- planner [--tables FOLDER | --scale]
 *   npm run bench -- planner --light FOLDER [--networks A,B] [--fresh] [--cache FOLDER] [--write-docs]
 *   npm run bench -- scale-sim [--golden FOLDER]
 */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: {
    json: { type: 'boolean' },
    smoke: { type: 'boolean' },
    scale: { type: 'boolean' },
    tables: { type: 'string' },
    light: { type: 'string' },
    networks: { type: 'string' },
    cache: { type: 'string' },
    fresh: { type: 'boolean' },
    'write-docs': { type: 'boolean' },
    'skip-python': { type: 'boolean' },
    golden: { type: 'string' },
  },
});
const folder = path.join(root, 'test/bench');
const names = readdirSync(folder).flatMap((file) =>
  file.endsWith('.bench.ts') ? [file.slice(0, -'.bench.ts'.length)] : [],
);
const [name] = positionals;
if (!names.includes(name)) {
  console.error(`usage: npm run bench -- NAME [--json] [--smoke]\nbenchmarks: ${names.join(', ')}`);
  process.exit(2);
}
if (
  [values.tables, values.light, values.golden].every((given) => given === undefined) &&
  !existsSync(path.join(root, '../shared'))
) {
  console.error('skipped: ../shared is missing');
  process.exit(0);
}
// As deep as the folder test/, so that modules find ../shared from both.
const outfile = path.join(root, 'dist', `${name}.bench.mjs`);
await build({
  entryPoints: [path.join(folder, `${name}.bench.ts`)],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
// As in the long suites: test/thorough.ts.
process.env.AUTOSPLIT_TESTS = 'thorough';
const { bench } = await import(pathToFileURL(outfile).href);
const { result, text } = await bench({ ...values, args: process.argv.slice(3) });
console.log(values.json ? JSON.stringify(result, null, 2) : text);
