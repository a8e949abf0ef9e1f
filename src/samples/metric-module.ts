import path from 'node:path';
import { sha256 } from '../util/files.js';

/** The code of a metric, with all that it imports but packages. */
export interface MetricModule {
  /** SHA-256 of it as one module. */
  digest: string;
  /** Absolute paths of what it imports, directly or not, sorted. */
  imports: string[];
}

/** Reads what a metric consists of, without running it; undefined where its imports cannot be followed. */
export async function metricModule(file: string): Promise<MetricModule | undefined> {
  // It starts a process, and most metrics need none of it.
  const { build } = await import('esbuild');
  const folder = path.dirname(file);
  try {
    const { outputFiles, metafile } = await build({
      entryPoints: [file],
      bundle: true,
      write: false,
      metafile: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      // Names of files are comments in what comes out.
      absWorkingDir: folder,
      logLevel: 'silent',
    });
    const inputs = Object.keys(metafile.inputs).map((name) => path.resolve(folder, name));
    return {
      digest: sha256(outputFiles[0].contents),
      imports: inputs.filter((name) => name !== path.resolve(file)).sort(),
    };
  } catch {
    return undefined;
  }
}
