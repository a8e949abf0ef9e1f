import { createRequire } from 'node:module';
import path from 'node:path';
import { packageVersion } from '../bundle/shipped.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { edgeTarget } from '../targets/index.js';
import { AutosplitError } from '../util/error.js';

/**
 * Throws TARGET_INVALID where a package is not installed on which the edge half of a build is run to verify it. autosplit brings
 * onnxruntime-node along; others are left to those who name their target.
 */
export function requirePackages({ edge, root }: Pick<ResolvedConfig, 'edge' | 'root'>): void {
  // Where the generated halves find packages: above the config, or beside autosplit itself.
  const places = [path.join(root, 'autosplit.config.yaml'), import.meta.url].map((place) => createRequire(place));
  const { name, packages } = edgeTarget(edge.target);
  for (const wanted of packages) {
    if (places.some((require) => isFound(require, wanted))) continue;
    throw new AutosplitError('TARGET_INVALID', `the target ${name} runs on the package ${wanted}, which is not installed`, {
      hint: `npm install --save-dev ${wanted}@${packageVersion(wanted)}`,
    });
  }
}

function isFound(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
