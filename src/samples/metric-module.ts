import path from 'node:path';
import { sha256 } from '../util/files.js';

/** A metric module and its local imports. */
export interface MetricModule {
  /** SHA-256 of the code, bundled into one module. */
  digest: string;
  /** Absolute paths of the imports, direct and indirect, sorted. */
  imports: string[];
}

/** Reads the code of a metric without running it; undefined where its imports cannot be resolved. */
export async function metricModule(file: string): Promise<MetricModule | undefined> {
  // Loaded here because esbuild starts a process, which most metrics do not need.
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
      // Bundled code names its files in comments.
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
