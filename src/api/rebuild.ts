import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { MANIFEST } from '../bundle/manifest.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { bundleFiles, readManifest } from '../freshness/index.js';
import { make, plan } from '../pipeline/index.js';
import { proveInMemory } from '../pipeline/prove.js';
import { listrStages, type StageOptions, withWorkDir } from '../progress/terminal.js';
import { contentDigest, sha256 } from '../util/files.js';

/**
 * Builds in memory, by the solver that the manifest names, and compares bytes with the committed bundle: a line for
 * each file that differs.
 */
export async function rebuildChanges(
  config: ResolvedConfig,
  options: StageOptions & { threads?: number },
): Promise<string[]> {
  const { solver } = (await readManifest(config.output)).plan.optimality;
  return withWorkDir(async (workDir) => {
    // Without the cache: this is the command that trusts nothing.
    const context = { run: listrStages(options), workDir, threads: options.threads, solver };
    const planned = await plan(config, context);
    const { bundle } = await proveInMemory(planned, await make(planned, context), context);
    const changes: string[] = [];
    for (const [name, content] of bundle.files) {
      const committed = await readFile(path.join(config.output, name)).catch(() => undefined);
      if (!committed) changes.push(`bundle: ${name} is gone`);
      else if (sha256(committed) !== (await contentDigest(content)))
        changes.push(
          `bundle: ${name} differs from what the inputs give${name === MANIFEST ? ' (see `autosplit check`)' : ''}`,
        );
    }
    const extra = (await bundleFiles(config.output)).filter((name) => !bundle.files.has(name));
    return [...changes, ...extra.map((name) => `bundle: ${name} is new`)].sort();
  });
}
