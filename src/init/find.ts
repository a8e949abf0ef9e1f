import { stat } from 'node:fs/promises';
import path from 'node:path';
import { glob } from 'tinyglobby';
import { type SampleFolder, sampleFolders } from './sample-folders.js';

/** What a project holds that a config could name; paths are relative to its folder, with `/`. */
export interface Found {
  /** ONNX files, the largest first. */
  models: string[];
  /** Most likely calibration samples first. */
  samples: SampleFolder[];
  /** CSV files, which may be labels. */
  tables: string[];
}

/** Folders below this depth are somebody else's. */
const DEPTH = 6;
const ENDINGS = ['onnx', 'csv', 'jpg', 'jpeg', 'png', 'webp', 'tif', 'tiff', 'npy', 'npz', 'wav'];
const ELSEWHERE = ['**/node_modules/**', '**/dist/**', '**/build/**', '**/coverage/**', '**/__pycache__/**'];
/** Proof of a bundle that autosplit wrote: the models in it are halves. */
const MANIFEST = 'split-manifest.json';

/**
 * Looks through a folder for models, samples and labels. Hidden folders, packages, and bundles of autosplit are passed
 * over.
 */
export async function findFiles(root: string): Promise<Found> {
  const patterns = [`**/*.{${ENDINGS.join(',')}}`, `**/${MANIFEST}`];
  const options = { cwd: root, deep: DEPTH, ignore: ELSEWHERE, caseSensitiveMatch: false, followSymbolicLinks: false };
  const all = (await glob(patterns, options)).sort();
  const bundles = all.filter((file) => path.basename(file) === MANIFEST).map((file) => file.slice(0, -MANIFEST.length));
  const files = all.filter((file) => !bundles.some((bundle) => file.startsWith(bundle)));
  const ending = (...endings: string[]) =>
    files.filter((file) => endings.includes(path.extname(file).toLowerCase().slice(1)));
  return { models: await largestFirst(root, ending('onnx')), samples: sampleFolders(files), tables: ending('csv') };
}

async function largestFirst(root: string, files: readonly string[]): Promise<string[]> {
  const sized = await Promise.all(
    files.map(async (file) => ({ file, size: (await stat(path.join(root, file))).size })),
  );
  return sized.sort((a, b) => b.size - a.size).map(({ file }) => file);
}
