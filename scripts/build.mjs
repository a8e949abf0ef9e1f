/**
 * Builds dist/: the package with its command line, the runtime that ships inside bundles, the modules that verification
 * starts as processes, and the declarations. Does nothing where dist/ is newer than all sources.
 *
 *   node scripts/build.mjs [--force] [--no-types]
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** What users import and run, by name in dist/: code is split, so that a command loads only what it needs. */
const PLUGINS = ['vite', 'rollup', 'rolldown', 'webpack', 'rspack', 'esbuild'];
const ENTRIES = {
  index: 'index.ts',
  cli: 'cli/bin.ts',
  testing: 'testing/index.ts',
  ...Object.fromEntries(PLUGINS.map((bundler) => [`plugin/${bundler}`, `plugin/entries/${bundler}.ts`])),
};
/** Output in dist/ -> source in src/ of what runs as a process of its own; sources that do not exist are left out. */
const PACKAGE = {
  'inference-worker.js': 'inference/worker.ts',
  'highs-worker.js': 'planner/highs/worker.ts',
  'verify-edge-driver.mjs': 'verify/edge-driver.ts',
  'verify-resolve.mjs': 'verify/resolve.ts',
  'verify-resolve-hooks.mjs': 'verify/resolve-hooks.ts',
};
/** The same for what ships inside bundles: everything but these packages is compiled in. */
const RUNTIME = {
  'runtime/edge.mjs': 'runtime/edge/edge-entry.ts',
  'runtime/server.mjs': 'runtime/cloud/server-entry.ts',
};
/** The script of report.html, which is written into the page. */
const PAGE = { 'report/page.js': 'report/browser/main.ts' };
const RUNTIME_EXTERNAL = ['onnxruntime-node', 'fastify', 'sharp'];
/** The same for browsers. */
const BROWSER = {
  'runtime/web/edge.mjs': 'runtime/web/edge-entry.ts',
  'runtime/web/edge-cloud-only.mjs': 'runtime/web/cloud-only-entry.ts',
  'runtime/web/unpack-worker.mjs': 'runtime/web/unpack-worker.ts',
};
// What only decodes is not reached from there and falls out; a test holds that nothing of Node.js is left.
const BROWSER_EXTERNAL = ['onnxruntime-web', 'sharp', 'node:*'];
/** Pages have encoders of their own. */
const pageEncoders = {
  name: 'page-encoders',
  setup({ onResolve }) {
    onResolve({ filter: /\/encoders\.js$/ }, () => ({ path: join(root, 'src/runtime/codecs/page-encoders.ts') }));
  },
};

const { values: flags } = parseArgs({ options: { force: { type: 'boolean' }, 'no-types': { type: 'boolean' } } });

const newest = await newestSource();
await step('.built', compile);
if (!flags['no-types']) await step('.typed', declare);

/**
 * Runs a step unless its stamp is newer than every source. The stamp carries the time of the start: an edit during the
 * build counts.
 */
async function step(stamp, run) {
  const file = join(dist, stamp);
  const started = new Date();
  const last = await stat(file).then(
    (entry) => entry.mtimeMs,
    () => 0,
  );
  if (!flags.force && last > newest) return;
  await run();
  await mkdir(dist, { recursive: true });
  await writeFile(file, '');
  await utimes(file, started, started);
}

async function compile() {
  const common = {
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    write: false,
    absWorkingDir: root,
    logLevel: 'warning',
  };
  const entries = build({
    ...common,
    entryPoints: Object.fromEntries(present(ENTRIES)),
    packages: 'external',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    sourcemap: 'linked',
    outdir: dist,
  });
  const results = await Promise.allSettled([
    emitEntries(entries),
    ...present(PACKAGE).map(([output, source]) =>
      emit(
        build({
          ...common,
          entryPoints: [source],
          packages: 'external',
          sourcemap: 'linked',
          outfile: join(dist, output),
        }),
      ),
    ),
    ...present(RUNTIME).map(([output, source]) =>
      emit(
        build({
          ...common,
          entryPoints: [source],
          external: RUNTIME_EXTERNAL,
          alias: { fflate: 'fflate/browser' },
          outfile: join(dist, output),
          charset: 'utf8',
        }),
      ),
    ),
    ...present(PAGE).map(([output, source]) =>
      emit(
        build({
          ...common,
          entryPoints: [source],
          format: 'iife',
          platform: 'browser',
          target: 'es2022',
          minify: true,
          charset: 'utf8',
          outfile: join(dist, output),
        }),
      ),
    ),
    ...present(BROWSER).map(([output, source]) =>
      emit(
        build({
          ...common,
          platform: 'browser',
          // Module workers, which unpack weights: Chrome 80, Firefox 114, Safari 15.
          target: 'es2022',
          entryPoints: [source],
          external: BROWSER_EXTERNAL,
          plugins: [pageEncoders],
          outfile: join(dist, output),
          charset: 'utf8',
        }),
      ),
    ),
  ]);
  await copyReadmes();
  // One broken entry does not keep the others from being built; esbuild has said what is wrong.
  if (results.some((result) => result.status === 'rejected')) process.exit(1);
}

/** READMEs of the sides, which targets fill in: src/targets/TARGET/*.md -> dist/targets/TARGET/. */
async function copyReadmes() {
  const source = join(root, 'src/targets');
  const files = (await readdir(source, { recursive: true })).filter((name) => name.endsWith('.md'));
  for (const name of files) {
    await mkdir(dirname(join(dist, 'targets', name)), { recursive: true });
    await copyFile(join(source, name), join(dist, 'targets', name));
  }
}

function present(table) {
  return Object.entries(table)
    .map(([output, source]) => [output, join(root, 'src', source)])
    .filter(([, source]) => existsSync(source));
}

/** Chunks of an older build go, once the new ones are there. */
async function emitEntries(result) {
  await emit(result);
  const current = new Set((await result).outputFiles.map(({ path }) => basename(path)));
  const chunks = join(dist, 'chunks');
  const found = await readdir(chunks).catch(() => []);
  await Promise.all(found.filter((name) => !current.has(name)).map((name) => rm(join(chunks, name), { force: true })));
}

/** Writes beside and renames: a process that starts meanwhile reads the old file or the new one. */
async function emit(result) {
  for (const { path, contents } of (await result).outputFiles) {
    await mkdir(dirname(path), { recursive: true });
    const beside = `${path}.${process.pid}`;
    await writeFile(beside, contents, { mode: basename(path) === 'cli.js' ? 0o755 : 0o644 });
    await rename(beside, path);
  }
}

async function declare() {
  await rm(join(dist, 'types'), { recursive: true, force: true });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  await promisify(execFile)(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root }).catch((error) => {
    process.stderr.write(error.stdout || error.message);
    process.exit(1);
  });
}

/** Time of the last change of anything the build reads. */
async function newestSource() {
  const files = ['scripts/build.mjs', 'package.json', 'tsconfig.json', 'tsconfig.build.json'].map((file) =>
    join(root, file),
  );
  const entries = await readdir(join(root, 'src'), { recursive: true, withFileTypes: true });
  // A removed file shows in the time of its folder.
  files.push(join(root, 'src'), ...entries.map((entry) => join(entry.parentPath, entry.name)));
  const times = await Promise.all(
    files.map((file) =>
      stat(file).then(
        (entry) => entry.mtimeMs,
        () => Infinity,
      ),
    ),
  );
  return Math.max(...times);
}
