/**
 * Generates docs/config.md from schemas/ and docs/presets.md from presets/. `--check` writes nothing and exits 1 where
 * a generated file is out of date.
 *
 *   node scripts/generate-docs.mjs [--check]
 */
import { writeFile } from 'node:fs/promises';
import { configDocument } from './docs/config.mjs';
import { readText, root } from './docs/files.mjs';
import { presetsDocument } from './docs/presets.mjs';

const TABLE = { 'docs/config.md': configDocument(), 'docs/presets.md': await presetsDocument() };

let stale = 0;
for (const [target, text] of Object.entries(TABLE)) {
  const current = await readText(target).catch(() => '');
  if (current === text) continue;
  if (process.argv.includes('--check')) {
    stale++;
    console.error(`${target} is out of date: run node scripts/generate-docs.mjs`);
  } else await writeFile(root + target, text);
}
process.exitCode = stale > 0 ? 1 : 0;
