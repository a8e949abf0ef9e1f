import path from 'node:path';
import { type Bundle, completeBundle } from '../bundle/index.js';
import { recorded } from '../bundle/manifest.js';
import { reportDocument } from '../documents/report.js';
import { openSplit } from '../evaluate/run.js';
import { openModel } from '../inference/session.js';
import { commitFolder, discardFolder, extendFolder, stageFolder } from '../util/files.js';
import { inOrder } from '../util/in-order.js';
import { spreadIndices } from '../util/spread.js';
import { type Verification, type VerifiedSample, verifyBundle } from '../verify/index.js';
import { requirePackages } from '../verify/packages.js';
import type { Made, Planned } from './artefacts.js';
import type { RunOptions } from './options.js';

/** Number of samples that both processes run. */
const VERIFIED_SAMPLES = 8;

/** A complete bundle and its verification. */
export interface Proven {
  verification: Verification;
  bundle: Bundle;
}

/** Stages a bundle beside `output`, verifies it there as two processes, adds the report, and renames it into place. */
export async function proveAndWrite(planned: Planned, made: Made, options: RunOptions): Promise<Proven> {
  const { config, targets } = planned;
  const { output } = config;
  requirePackages(targets.edge, config.root);
  const staged = await stageFolder(output, made.bundle.files);
  try {
    const proven = await prove(staged, planned, made, options);
    await extendFolder(
      staged,
      new Map([...proven.bundle.files].filter(([name, content]) => made.bundle.files.get(name) !== content)),
    );
    await commitFolder(staged, output);
    return proven;
  } catch (error) {
    await discardFolder(staged);
    throw error;
  }
}

/** verify -> report: makes the same bundle as {@link proveAndWrite}, in memory. */
export async function proveInMemory(planned: Planned, made: Made, options: RunOptions): Promise<Proven> {
  const staged = await stageFolder(path.join(options.workDir, 'bundle'), made.bundle.files);
  return prove(staged, planned, made, options).finally(() => discardFolder(staged));
}

async function prove(folder: string, planned: Planned, made: Made, { run, ...options }: RunOptions): Promise<Proven> {
  const { bundle, document } = made;
  const verification = await run('Verify as two processes', async () =>
    verifyBundle({
      ...bundle,
      folder,
      workDir: options.workDir,
      samples: await verifiedSamples(planned, made, options),
    }),
  );
  const kept = recorded(verification);
  return run('Write the report', async () => {
    // Loaded here: only builds draw charts.
    const { reportHtml, REPORT } = await import('../report/html/index.js');
    const report = reportHtml(reportDocument({ config: planned.config, document, verification: kept }));
    const files = new Map([[REPORT, new TextEncoder().encode(report)]]);
    return { verification, bundle: await completeBundle(bundle, files, kept) };
  });
}

/** Runs evenly spread samples in this process. One session at a time is open, to save memory with large models. */
async function verifiedSamples(
  { targets, loaded, samples }: Planned,
  { split: quantized }: Made,
  { workDir, threads }: Omit<RunOptions, 'run'>,
): Promise<VerifiedSample[]> {
  const indices = spreadIndices(samples.count, VERIFIED_SAMPLES);
  const feeds = await Promise.all(indices.map((index) => samples.load(index)));
  const float = await openModel(loaded.model, workDir, 'float', { threads, quantizers: 'asWritten' });
  const references = await inOrder(feeds, (inputs) => float.run(inputs)).finally(() => float.close());
  const { kernels } = targets.edge;
  const runSplit = async (on: 'native' | 'wasm') => {
    const split = await openSplit(quantized, workDir, threads, on);
    return inOrder(feeds, (inputs) => split.run(inputs)).finally(() => split.close());
  };
  const results = await runSplit(kernels);
  const natives = kernels === 'native' ? undefined : await runSplit('native');
  return indices.map((index, i) => ({
    name: samples.names[index],
    feeds: feeds[i],
    expected: results[i],
    reference: references[i],
    ...(natives && { native: natives[i].wire }),
  }));
}
