import path from 'node:path';
import type { SplitManifest } from '../api/bundle.js';
import { aboutEdge } from '../api/targets.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { AutosplitError } from '../util/error.js';

/** The edge side of a committed bundle, as bundlers see it. */
export interface Side {
  /** Of the build. */
  name: string;
  /** Absolute path of its runtime. */
  file: string;
  /** Absolute, of edge/. */
  folder: string;
  runs: 'browser' | 'node';
  /** Whether model.onnx and weights.bin lie beside the runtime, and it finds them where they are put. */
  hasModel: boolean;
  /** Of the manifest: another one is another bundle. */
  checksum: string;
}

export function edgeSideOf({ name, output }: ResolvedConfig, { targets, files, checksum }: SplitManifest): Side {
  const folder = path.join(output, 'edge');
  if (!('edge/edge.mjs' in files))
    throw new AutosplitError('TARGET_INVALID', `the edge side of ${name} is no module that a bundler could take in`, {
      hint: `its target ${targets.edge} writes no edge.mjs: leave this build out of what is bundled`,
    });
  // What targets of others write is as much a module as any other of the project.
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

/** What `autosplit:NAME` names; undefined for anything else. */
export const buildNamed = (specifier: string): string | undefined => /^autosplit:(.+)$/.exec(specifier)?.[1];

/** Packages of edge sides for Node.js that hold native code, which no bundler takes in. */
export const NATIVE: readonly string[] = ['onnxruntime-node', 'sharp'];
