import path from 'node:path';
import { MANIFEST, type SplitManifest } from '../bundle/manifest.js';
import type { ResolvedConfig } from '../config/resolved.js';

/** The edge half of a committed bundle, as bundlers see it. */
export interface Half {
  /** Of the build. */
  name: string;
  /** Absolute path of its runtime. */
  file: string;
  /** Absolute, of edge/. */
  folder: string;
  runs: 'browser' | 'node';
  /** Whether something is computed on the edge: model.onnx and weights.bin lie beside the runtime. */
  hasModel: boolean;
  /** Of the manifest: another one is another bundle. */
  checksum: string;
}

export function halfOf({ name, output }: ResolvedConfig, { targets, files, checksum }: SplitManifest): Half {
  const folder = path.join(output, 'edge');
  if (!('edge/edge.mjs' in files)) throw new Error(`${MANIFEST} of ${name} lists no runtime`);
  return {
    name,
    folder,
    file: path.join(folder, 'edge.mjs'),
    runs: targets.edge === 'onnxruntime-web' ? 'browser' : 'node',
    hasModel: 'edge/model.onnx' in files,
    checksum,
  };
}

/** What `autosplit:NAME` names; undefined for anything else. */
export const buildNamed = (specifier: string): string | undefined => /^autosplit:(.+)$/.exec(specifier)?.[1];

/** Packages of edge halves for Node.js that hold native code, which no bundler takes in. */
export const NATIVE: readonly string[] = ['onnxruntime-node', 'sharp'];
