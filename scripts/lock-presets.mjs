/**
 * Writes presets/versions.json: the version of every preset and the digest of its numbers. Committed plans name
 * versions, so that numbers must not change under one: such a preset is refused until its `version` is raised.
 *
 *   node scripts/lock-presets.mjs [--check] [--force] [--presets FOLDER]
 *
 * --check writes nothing and exits 1 where the file is not what it would write. --force takes changed numbers under an
 * old version, for versions that nobody has used yet.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    force: { type: 'boolean', default: false },
    presets: { type: 'string', default: join(root, 'presets') },
  },
});
const lockFile = join(options.presets, 'versions.json');

const before = JSON.parse(await readFile(lockFile, 'utf8').catch(() => '{}'));
const now = await currentVersions(options.presets);
const problems = Object.keys(now).flatMap((kind) => problemsOf(kind, before[kind] ?? {}, now[kind]));
const refused = problems.filter(({ refuses }) => refuses && !options.force);
const shown = options.check ? problems : refused;
for (const { text } of shown) console.error(text);
if (shown.length > 0) process.exitCode = 1;
else if (!options.check) await writeFile(lockFile, `${JSON.stringify(now, null, 2)}\n`);

/** `{ edge: { eyeriss: { version, sha256 } } }`, all sorted by name. */
async function currentVersions(folder) {
  const { listPresets, PRESET_KINDS } = await presetModule();
  return Object.fromEntries(
    PRESET_KINDS.map((kind) => [
      kind,
      Object.fromEntries(
        listPresets(kind, folder).map(({ preset, sha256 }) => [preset.name, { version: preset.version, sha256 }]),
      ),
    ]),
  );
}

/** Presets are read by the code that plans with them. */
async function presetModule() {
  const outfile = join(root, 'dist/lock', `${process.pid}.mjs`);
  const entryPoints = [join(root, 'src/config/preset-load.ts')];
  const { outputFiles } = await build({
    entryPoints,
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    write: false,
    logLevel: 'warning',
  });
  await mkdir(join(root, 'dist/lock'), { recursive: true });
  await writeFile(outfile, outputFiles[0].contents);
  return import(pathToFileURL(outfile).href).finally(() => rm(outfile));
}

function problemsOf(kind, locked, current) {
  const stale = (name, what) => ({ text: `${kind}/${name}: ${what}; run npm run presets:lock`, refuses: false });
  const refuse = (name, what) => ({ text: `${kind}/${name}: ${what}`, refuses: true });
  const names = [...new Set([...Object.keys(locked), ...Object.keys(current)])].sort();
  return names.flatMap((name) => {
    const [was, is] = [locked[name], current[name]];
    if (!is) return [stale(name, 'it is in versions.json, but there is no such preset')];
    if (!was) return [stale(name, 'it is not in versions.json')];
    if (is.version < was.version)
      return [refuse(name, `version ${is.version} is lower than ${was.version}, which is locked`)];
    if (is.version > was.version)
      return [stale(name, `version ${is.version} is newer than ${was.version} in versions.json`)];
    if (is.sha256 !== was.sha256)
      return [
        refuse(name, `its numbers have changed, but its version is still ${is.version}: raise \`version\` in the file`),
      ];
    return [];
  });
}
