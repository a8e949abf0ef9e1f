/**
 * Generates what src/targets gives (generate-targets.mjs), the declarations of bundles (generate-declarations.mjs) and
 * TypeScript types from schemas/. `--check` writes nothing and exits 1 where a generated file is out of date.
 *
 *   node scripts/generate-types.mjs [--check]
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compileFromFile } from 'json-schema-to-typescript';
import { DECLARATIONS, DECLARED_IN, declarations } from './generate-declarations.mjs';
import { targetTexts } from './generate-targets.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Schema -> generated file. */
const TABLE = {
  'schemas/config.schema.json': 'src/config/schema.gen.ts',
  'schemas/plan.schema.json': 'src/documents/plan.gen.ts',
  'schemas/compare.schema.json': 'src/documents/compare.gen.ts',
  'schemas/explain.schema.json': 'src/documents/explain.gen.ts',
  'schemas/report.schema.json': 'src/documents/report-summary.gen.ts',
  'schemas/quantization-table.schema.json': 'src/targets/table.gen.ts',
};

let stale = 0;
await emit(DECLARATIONS, await declarations(), DECLARED_IN);
for (const [file, text] of await targetTexts()) await emit(file, text, 'src/targets');
for (const [schema, file] of Object.entries(TABLE)) {
  const text = await compileFromFile(`${root}${schema}`, {
    bannerComment: `// Generated from ${schema} by scripts/generate-types.mjs; do not edit.`,
    additionalProperties: false,
    style: { singleQuote: true, printWidth: 140 },
  });
  await emit(file, text, schema);
}
process.exitCode = stale > 0 ? 1 : 0;

/** Writes a generated file, or says that it is out of date. */
async function emit(file, text, source) {
  const current = await readFile(root + file, 'utf8').catch(() => '');
  if (current === text) return;
  if (process.argv.includes('--check')) {
    stale++;
    console.error(`${file} is not what ${source} gives: run npm run types`);
  } else await writeFile(root + file, text);
}
