import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { MANIFEST } from '../bundle/manifest.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { bundleFiles, readManifest } from '../freshness/index.js';
import { make, plan } from '../pipeline/index.js';
import { proveInMemory } from '../pipeline/prove.js';
import { contentDigest, type FileContent, sha256 } from '../util/files.js';
import type { CommandOptions, WorkOptions } from './options.js';
import { withRun } from './run.js';

/**
 * Builds in memory with the solver that the manifest names, and lists the files that differ from the committed bundle.
 * The cache is off, so that nothing old hides a difference.
 */
export async function rebuildChanges(
  config: ResolvedConfig,
  count: number,
  options: Pick<WorkOptions, 'threads'> & CommandOptions,
): Promise<string[]> {
  const { solver } = (await readManifest(config.output)).plan.optimality;
  return withRun(config, count, { ...options, solver, cache: false }, async (run) => {
    const planned = await plan(config, run);
    const { bundle } = await proveInMemory(planned, await make(planned, run), run);
    return changedFiles(config.output, bundle.files);
  });
}

/** Lists how a folder differs from the files that should be in it, one line each, sorted. */
async function changedFiles(output: string, files: ReadonlyMap<string, FileContent>): Promise<string[]> {
  const changes: string[] = [];
  for (const [name, content] of files) {
    const committed = await readFile(path.join(output, name)).catch(() => undefined);
    const remark = name === MANIFEST ? ' (see `autosplit check`)' : '';
    if (!committed) changes.push(`bundle: ${name} is gone`);
    else if (sha256(committed) !== (await contentDigest(content)))
      changes.push(`bundle: ${name} differs from what the inputs give${remark}`);
  }
  const extra = (await bundleFiles(output)).filter((name) => !files.has(name));
  return [...changes, ...extra.map((name) => `bundle: ${name} is new`)].sort();
}
