import { createRequire } from 'node:module';
import path from 'node:path';
import type { EdgeCapabilities } from '../targets/capabilities.js';
import { AutosplitError } from '../util/error.js';
import { knownVersion } from '../util/package.js';

const { resolve } = createRequire(import.meta.url);

/**
 * Throws TARGET_INVALID where a package that the edge side needs is neither installed beside autosplit nor in the
 * project.
 * @param root folder of the config
 * @param find resolves a package beside autosplit, and throws where there is none
 */
export function requirePackages(
  target: Pick<EdgeCapabilities, 'name' | 'packages'>,
  root: string,
  find: (name: string) => unknown = resolve,
): void {
  const inProject = createRequire(path.join(root, 'config.js')).resolve;
  for (const wanted of target.packages) {
    try {
      find(wanted);
    } catch (cause) {
      const version = knownVersion(wanted);
      // Packages of autosplit itself must be installed where autosplit finds them.
      if (version === undefined && isThere(() => inProject(wanted))) continue;
      throw new AutosplitError(
        'TARGET_INVALID',
        `the target ${target.name} runs on the package ${wanted}, which is not installed`,
        {
          hint: `npm install --save-dev ${wanted}${version === undefined ? '' : `@${version}`}`,
          cause,
        },
      );
    }
  }
}

function isThere(find: () => unknown): boolean {
  try {
    find();
    return true;
  } catch (error) {
    // The package is there, but exports nothing to `require`.
    return error instanceof Error && 'code' in error && error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
  }
}
