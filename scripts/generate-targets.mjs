/**
 * What follows from the folders of src/targets: their registry, the names that schemas/ allow, and the table of
 * docs/targets.md. scripts/generate-types.mjs writes or checks it.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const REGISTRY = 'src/targets/registry.gen.ts';

/** Generated file -> its text, and what it comes from. */
export async function targetTexts() {
  const folders = await targetFolders();
  const registry = registryText(folders);
  const targets = await loadTargets(registry);
  const names = (side) =>
    targets.filter(({ default: target }) => target.side === side).map(({ default: { name } }) => name);
  const texts = new Map([[REGISTRY, registry]]);
  texts.set('schemas/preset.schema.json', await presetSchema(names('edge'), names('cloud')));
  texts.set('docs/targets.md', await documented(targets));
  return texts;
}

/** Folders of src/targets that hold a target, by name. */
async function targetFolders() {
  const entries = await readdir(path.join(root, 'src/targets'), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && existsSync(path.join(entry.parentPath, entry.name, 'index.ts')))
    .map(({ name }) => name)
    .sort();
}

function registryText(folders) {
  const variable = (folder) => folder.replaceAll(/-(\w)/g, (_, letter) => letter.toUpperCase());
  return `// Generated from the folders of src/targets by scripts/generate-targets.mjs; do not edit.

import type { BuiltIn } from './about.js';
${folders.map((folder) => `import * as ${variable(folder)} from './${folder}/index.js';\n`).join('')}
/** Every target that comes with autosplit. */
export const REGISTRY: readonly BuiltIn[] = [${folders.map(variable).join(', ')}];
`;
}

/** The targets themselves, as the registry lists them. */
async function loadTargets(registry) {
  const outfile = path.join(root, 'dist', `targets.${process.pid}.mjs`);
  await build({
    stdin: { contents: registry, resolveDir: path.join(root, 'src/targets'), loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  try {
    return (await import(pathToFileURL(outfile).href)).REGISTRY;
  } finally {
    await rm(outfile);
  }
}

/** Presets name the targets that run on a device; an editor offers these. */
async function presetSchema(edge, cloud) {
  const text = await readFile(path.join(root, 'schemas/preset.schema.json'), 'utf8');
  const naming = (side, names) => [
    new RegExp(
      `("description": "${side} targets of autosplit [^\\n]*\\n\\s*"type": "array",\\n\\s*"items": \\{ "enum": )\\[[^\\]]*\\]`,
    ),
    names,
  ];
  return [naming('Edge', edge), naming('Cloud', cloud)].reduce((schema, [place, names]) => {
    if (!place.test(schema)) throw new Error(`schemas/preset.schema.json has no place for ${names}`);
    return schema.replace(place, `$1[${names.map((name) => JSON.stringify(name)).join(', ')}]`);
  }, text);
}

async function documented(targets) {
  const text = await readFile(path.join(root, 'docs/targets.md'), 'utf8');
  const [before, , after] = text.split(/(?<=<!-- table of targets -->\n)([\s\S]*)(?=<!-- \/table of targets -->)/);
  if (after === undefined) throw new Error('docs/targets.md has no place for the table of targets');
  return `${before}${tableOf(targets)}${after}`;
}

function tableOf(targets) {
  const held = { packed: () => 'as on disk', int8: () => '8 bits', float: () => '32 bits' };
  const range = (bits) => (bits.length > 1 ? `${Math.min(...bits)} to ${Math.max(...bits)} bits` : `${bits[0]} bits`);
  const rows = targets
    .toSorted(({ default: a }, { default: b }) => Number(a.side === 'cloud') - Number(b.side === 'cloud'))
    .map(({ default: { name, side, encodings, weightBits, weights }, about: { runsOn } }) => {
      const ofWeights = side === 'edge' ? [range(weightBits), held[weights.held](), '8 bits'] : ['', '', ''];
      return [`\`${name}\``, side, runsOn, ...ofWeights, encodings.join(', ')];
    });
  const head = ['target', 'side', 'runs on', 'weights on disk', 'in RAM', 'activations', 'encodings beside `raw`'];
  const line = (cells) => `| ${cells.join(' | ')} |\n`.replaceAll('|  |', '| |').replaceAll('|  |', '| |');
  return `${line(head)}|${'---|'.repeat(head.length)}\n${rows.map(line).join('')}`;
}
