/**
 * Generates TypeScript types from schemas/. `--check` writes nothing and exits 1 where a generated file is out of date.
 *
 *   node scripts/generate-types.mjs [--check]
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compileFromFile } from 'json-schema-to-typescript';

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
for (const [schema, target] of Object.entries(TABLE)) {
  const text = await compileFromFile(`${root}${schema}`, {
    bannerComment: `// Generated from ${schema} by scripts/generate-types.mjs; do not edit.`,
    additionalProperties: false,
    style: { singleQuote: true, printWidth: 140 },
  });
  const current = await readFile(root + target, 'utf8').catch(() => '');
  if (current === text) continue;
  if (process.argv.includes('--check')) {
    stale++;
    console.error(`${target} is not what ${schema} gives: run npm run types`);
  } else await writeFile(root + target, text);
}
process.exitCode = stale > 0 ? 1 : 0;
