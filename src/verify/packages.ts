import { createRequire } from 'node:module';
import path from 'node:path';
import type { EdgeCapabilities } from '../targets/capabilities.js';
import { AutosplitError } from '../util/error.js';
import { knownVersion } from '../util/package.js';

const { resolve } = createRequire(import.meta.url);

/**
 * Throws TARGET_INVALID where a package is installed neither beside autosplit nor in the project on which the edge side
 * of a build is run to verify it. Those of onnxruntime come along with autosplit; others are left to those who name
 * their target.
 * @param root folder of the config
 * @param find throws for a package that is not there
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
      // What autosplit verifies with itself must lie where it finds it.
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
    // Installed, for `import` alone.
    return error instanceof Error && 'code' in error && error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
  }
}
