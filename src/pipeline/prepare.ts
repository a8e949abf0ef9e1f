import { calibrateModel } from '../calibrate/index.js';
import type { Profile } from '../calibrate/profile.js';
import { EFFORT, fittingSamples } from '../config/effort.js';
import type { ResolvedConfig } from '../config/resolved.js';
import type { Scorer } from '../evaluate/index.js';
import { openScorer } from '../evaluate/scorer.js';
import { type LoadedModel, pinnedTensors } from '../frontend/index.js';
import type { Progress } from '../progress/index.js';
import { sampleRoom } from '../samples/kept.js';
import { openSamples, type SampleSet } from '../samples/open.js';
import { noCache } from '../util/cache.js';
import type { Prepared } from './artefacts.js';
import { outputsKey, profileParts } from './keys.js';
import type { RunOptions } from './options.js';

/**
 * Opens the calibration samples, the subset that ranges and weights are fitted to, and the scorer with its labels. All
 * share one budget of memory for decoded samples.
 */
export async function openData(
  config: ResolvedConfig,
  loaded: LoadedModel,
  { workDir, threads, cache = noCache }: RunOptions,
): Promise<{ samples: SampleSet; fitting: SampleSet; scorer: Scorer }> {
  const { inputs } = loaded.model.graph;
  const room = sampleRoom();
  const samples = room.keep(await openSamples(config.calibration, inputs), config.calibration);
  const isWhole = samples.count <= EFFORT[config.effort].calibrationSamples;
  const fitting = isWhole ? samples : room.keep(await openSamples(fittingSamples(config), inputs), config.calibration);
  const key = await outputsKey(loaded, config, samples);
  const remember = <T>(compute: () => Promise<T>) => cache.remember('outputs', key, compute);
  const scorer = await openScorer({ config, ...loaded, calibration: samples, workDir, threads, remember });
  const scored =
    scorer.samples === samples ? samples : room.keep(scorer.samples, config.validation ?? config.calibration);
  return { samples, fitting, scorer: { ...scorer, samples: scored } };
}

/**
 * Runs the float model over the fitting samples: ranges, errors by bits, and encoded sizes of all layers and tensors.
 */
export async function profileModel(
  {
    config,
    targets,
    bits,
    loaded,
    fitting,
    scorer,
  }: Pick<Prepared, 'config' | 'targets' | 'loaded' | 'fitting' | 'scorer'> & {
    bits: ResolvedConfig['edge']['bits'];
  },
  { workDir, threads, cache = noCache, progress }: RunOptions & { progress: Progress },
): Promise<Profile> {
  return calibrateModel({
    ...loaded,
    target: targets.edge,
    bits,
    inputEncoding: config.input.encoding,
    candidates: pinnedTensors(config, loaded),
    ranges: config.quantization.activationRanges,
    ...(config.errorModel === 'output' && { sensitivity: scorer.outputs }),
    sensitivityMacs: EFFORT[config.effort].sensitivityMacs || EFFORT.normal.sensitivityMacs,
    samples: fitting,
    parts: await profileParts(loaded, config, fitting, cache),
    workDir,
    threads,
    progress,
  });
}
