import { createRequire } from 'node:module';
import { packageVersion } from '../bundle/shipped.js';
import { edgeTarget } from '../targets/index.js';
import { AutosplitError } from '../util/error.js';

const { resolve } = createRequire(import.meta.url);

/**
 * Throws TARGET_INVALID where a package is not installed beside autosplit on which the edge half of a build is run to verify it.
 * onnxruntime-node comes along with autosplit; others are left to those who name their target.
 * @param find throws for a package that is not there
 */
export function requirePackages(target: string, find: (name: string) => unknown = resolve): void {
  for (const wanted of edgeTarget(target).packages) {
    try {
      find(wanted);
    } catch (cause) {
      throw new AutosplitError('TARGET_INVALID', `the target ${target} runs on the package ${wanted}, which is not installed`, {
        hint: `npm install --save-dev ${wanted}@${packageVersion(wanted)}`,
        cause,
      });
    }
  }
}
