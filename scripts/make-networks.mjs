/**
 * Writes the networks of test/fixtures/networks. `--check` writes nothing and exits 1 where a file is not what it would
 * write.
 *
 *   node scripts/make-networks.mjs [--check]
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { networks } from './networks/networks.mjs';

const folder = fileURLToPath(new URL('../test/fixtures/networks', import.meta.url));
await mkdir(folder, { recursive: true });
for (const [name, content] of Object.entries(networks())) {
  const file = path.join(folder, name);
  const current = await readFile(file).catch(() => Buffer.alloc(0));
  if (current.equals(content)) continue;
  if (process.argv.includes('--check')) {
    process.exitCode = 1;
    console.error(`test/fixtures/networks/${name} is out of date: run node scripts/make-networks.mjs`);
  } else await writeFile(file, content);
}
