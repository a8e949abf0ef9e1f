import { stat } from 'node:fs/promises';
import path from 'node:path';
import { glob } from 'tinyglobby';
import { type SampleFolder, sampleFolders } from './sample-folders.js';

/** Files of a project that a config could name, relative to its folder, with `/`. */
export interface Found {
  /** ONNX files, largest first. */
  models: string[];
  /** Folders of samples, the most likely for calibration first. */
  samples: SampleFolder[];
  /** CSV files, which may be labels. */
  tables: string[];
}

/** Depth of the search for files. */
const DEPTH = 6;
const ENDINGS = ['onnx', 'csv', 'jpg', 'jpeg', 'png', 'webp', 'tif', 'tiff', 'npy', 'npz', 'wav'];
const ELSEWHERE = ['**/node_modules/**', '**/dist/**', '**/build/**', '**/coverage/**', '**/__pycache__/**'];
/** File that marks a bundle of autosplit: its models are sides, not whole models. */
const MANIFEST = 'split-manifest.json';

/** Finds models, samples and labels in a folder. Skips hidden folders, packages and bundles of autosplit. */
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
