import path from 'node:path';
import type { SplitManifest } from '../api/bundle.js';
import { aboutEdge } from '../api/targets.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { AutosplitError } from '../util/error.js';

/** The edge side of a committed bundle, as bundlers see it. */
export interface Side {
  /** Name of the build. */
  name: string;
  /** Absolute path of its runtime. */
  file: string;
  /** Absolute path of edge/. */
  folder: string;
  runs: 'browser' | 'node';
  /** Whether model.onnx and weights.bin are beside the runtime and may be moved by the bundler. */
  hasModel: boolean;
  /** Checksum of the manifest: it changes with the bundle. */
  checksum: string;
}

export function edgeSideOf({ name, output }: ResolvedConfig, { targets, files, checksum }: SplitManifest): Side {
  const folder = path.join(output, 'edge');
  if (!('edge/edge.mjs' in files))
    throw new AutosplitError('TARGET_INVALID', `the edge side of ${name} is no module that a bundler could take in`, {
      hint: `its target ${targets.edge} writes no edge.mjs: leave this build out of what is bundled`,
    });
  // An edge.mjs of a third-party target is an ordinary module.
  const about = aboutEdge(targets.edge);
  return {
    name,
    folder,
    file: path.join(folder, 'edge.mjs'),
    runs: about?.platform ?? 'browser',
    hasModel: about !== undefined && 'edge/model.onnx' in files,
    checksum,
  };
}

/** The build that `autosplit:NAME` names; undefined for any other specifier. */
export const buildNamed = (specifier: string): string | undefined => /^autosplit:(.+)$/.exec(specifier)?.[1];

/** Packages with native code that edge sides for Node.js use; bundlers cannot include them. */
export const NATIVE: readonly string[] = ['onnxruntime-node', 'sharp'];
