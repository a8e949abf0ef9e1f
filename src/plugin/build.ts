import { targetsOf } from '../bundle/targets.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { projectCache } from '../pipeline/cache.js';
import { make, plan } from '../pipeline/index.js';
import { proveAndWrite } from '../pipeline/prove.js';
import type { RunStage } from '../progress/index.js';
import { withTemporaryFolder } from '../util/exit.js';
import { checkTarget } from '../util/files.js';
import { requirePackages } from '../verify/packages.js';

export interface BuildOptions {
  cache: boolean;
  threads: number | undefined;
  log: (text: string) => void;
}

/**
 * Builds one bundle and puts it in place, as `autosplit build` does; says what it is at through the bundler's logger.
 */
export async function buildBundle(config: ResolvedConfig, { cache, threads, log }: BuildOptions): Promise<void> {
  requirePackages((await targetsOf(config)).edge, config.root);
  await checkTarget(config.output);
  const run: RunStage = async (title, stage) => {
    const started = performance.now();
    const value = await stage(() => {});
    log(`${config.name}: ${title} [${((performance.now() - started) / 1000).toFixed(1)} s]`);
    return value;
  };
  await withTemporaryFolder('autosplit', async (workDir) => {
    const options = {
      run,
      workDir,
      ...(threads !== undefined && { threads }),
      cache: projectCache(config.root, cache),
    };
    const planned = await plan(config, options);
    await proveAndWrite(planned, await make(planned, options), options);
  });
}
