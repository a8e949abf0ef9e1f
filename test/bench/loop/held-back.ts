import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../../src/config/load.js';
import type { Evaluation } from '../../../src/evaluate/evaluation.js';
import { evaluationOf } from '../../../src/evaluate/index.js';
import { openScorer } from '../../../src/evaluate/scorer.js';
import { openModel, type TensorValue } from '../../../src/inference/session.js';
import { alternativesTo } from '../../../src/pipeline/alternatives.js';
import type { Planned } from '../../../src/pipeline/artefacts.js';
import { documentOf } from '../../../src/pipeline/document.js';
import { make, plan } from '../../../src/pipeline/index.js';
import type { SplitSpec } from '../../../src/runtime/spec.js';
import { arrayOf, bytesOf } from '../../../src/runtime/types.js';
import { AutosplitError } from '../../../src/util/error.js';
import { stageFolder } from '../../../src/util/folder.js';
import type { Sample } from '../../../src/verify/job.js';
import { runSides } from '../../../src/verify/processes.js';
import { type SharedNetwork, writeProject } from '../../networks/networks.js';

/** The build of one network within a quarter of its memory, and what its bundles do with samples that it never saw. */
export interface LoopRow {
  network: string;
  /**
   * `3g` with pictures in any encoding, or `slow`: 50 kbps and raw pixels, so that work stays on the edge and bits
   * decide.
   */
  link: '3g' | 'slow';
  memoryBytes: number;
  limit: number;
  decision: string;
  cut: string;
  totalSeconds?: number;
  /** By the build, on one half of the validation samples. */
  chosen?: Evaluation;
  plansMeasured?: number;
  /** By the generated bundles as two processes, on the other side. */
  heldBack?: Evaluation;
  /** What an infeasible build said, the front that it measured included. */
  infeasible?: string;
  holds: boolean;
}

/** Weights packed in memory, so that bits decide what fits. */
const DEVICE = { preset: 'raspberry-pi-4', target: 'simulated' };

export const LIMIT = 0.01;
const SHARE_OF_MEMORY = 0.25;
const SAMPLES_PER_RUN = 100;

const run = async <T>(_: string, stage: (progress: () => void) => T | Promise<T>) => stage(() => {});

/** Bytes of weights and activations with everything on the edge at 8 bits. */
export async function memoryAtEightBits(network: SharedNetwork): Promise<number> {
  const few = { ...network, validation: undefined, calibration: { ...network.calibration, samples: 4 } };
  const edge = { ...DEVICE, bits: { weights: [8] } };
  return inProject(
    few,
    { edge, split: 'edge-only' },
    async (planned) => documentOf(planned, alternativesTo(planned)).edge.memory.total,
  );
}

async function inProject<T>(
  network: SharedNetwork,
  changes: Record<string, unknown>,
  work: (planned: Planned, context: { run: typeof run; workDir: string }) => Promise<T>,
): Promise<T> {
  const project = await writeProject(network, changes);
  const workDir = await mkdtemp(path.join(tmpdir(), 'autosplit-bench-'));
  try {
    const [config] = await loadConfig({ cwd: project });
    return await work(await plan(config, { run, workDir }), { run, workDir });
  } finally {
    await rm(workDir, { recursive: true, force: true });
    await rm(project, { recursive: true, force: true });
  }
}

/** Bytes that the edge has: a quarter of what the whole network takes there at 8 bits. */
export const edgeMemory = async (network: SharedNetwork) =>
  Math.floor(SHARE_OF_MEMORY * (await memoryAtEightBits(network)));

/** Builds with half of the validation samples and measures the bundles on the others. */
export async function buildAndHoldBack(
  name: string,
  network: SharedNetwork,
  all: number,
  memoryBytes: number,
  link: LoopRow['link'],
): Promise<LoopRow> {
  const half = { ...network, validation: { ...network.validation, samples: all >> 1 } };
  const changes = {
    edge: { ...DEVICE, memory: `${memoryBytes} B` },
    constraints: { accuracyDrop: LIMIT },
    ...(link === 'slow' && { network: { preset: '3g', uplink: '50 kbps' }, input: { encoding: 'raw' } }),
  };
  const row = { network: name, link, memoryBytes, limit: LIMIT };
  return inProject(half, changes, async (planned, context): Promise<LoopRow> => {
    const { document, selection, bundle } = await make(planned, context);
    const folder = await stageFolder(path.join(context.workDir, 'bundle'), bundle.files);
    const heldBack = await measureBundles(planned, folder, bundle.spec, context.workDir);
    return {
      ...row,
      decision: document.decision,
      cut: document.cut
        .map(({ tensor, bits, encoding, bytes }) => `${tensor} at ${bits} bits ${encoding}, ${bytes} B`)
        .join(', '),
      totalSeconds: document.latency.total,
      chosen: selection.evaluation,
      plansMeasured: selection.measured.length,
      heldBack,
      // Within the limit as far as so many samples can tell.
      holds: heldBack.interval[0] <= LIMIT,
    };
  }).catch((error: unknown): LoopRow => {
    if (!(error instanceof AutosplitError) || error.code !== 'INFEASIBLE') throw error;
    return { ...row, decision: 'infeasible', cut: '', infeasible: error.message, holds: true };
  });
}

/**
 * Sends every validation sample that the build did not use through the bundles as two processes, and scores what comes
 * back.
 */
async function measureBundles(
  { config, loaded, scorer, samples }: Planned,
  folder: string,
  spec: SplitSpec,
  workDir: string,
): Promise<Evaluation> {
  const { validation } = config;
  if (!validation) throw new Error('the network has no labels');
  const everything = await openScorer({
    config: { ...config, validation: { ...validation, limit: Number.POSITIVE_INFINITY } },
    ...loaded,
    calibration: samples,
    workDir,
  });
  const seen = new Set([
    ...scorer.samples.names,
    ...samples.names.filter((sample) => everything.samples.names.includes(sample) && isShared(config)),
  ]);
  const others = [...everything.samples.names.keys()].filter((i) => !seen.has(everything.samples.names[i]));
  const float = await openModel(loaded.model, workDir, 'held-back');
  const [exact, own]: [number[], number[]] = [[], []];
  for (let start = 0; start < others.length; start += SAMPLES_PER_RUN) {
    const indices = others.slice(start, start + SAMPLES_PER_RUN);
    const feeds = await Promise.all(indices.map((index) => everything.samples.load(index)));
    const plain = feeds.map(
      (feed): Sample =>
        Object.fromEntries(
          spec.inputs.map(({ name, dtype, shape }) => [name, { dtype, shape, bytes: bytesOf(feed[name].data) }]),
        ),
    );
    const results = await runSides({ bundle: folder, spec, samples: plain, timeoutSeconds: 600 });
    for (const [i, index] of indices.entries()) {
      const reference = await float.run(feeds[i]);
      const outputs = Object.fromEntries(
        Object.entries(results[i].outputs).map(([name, { dtype, shape, bytes }]): [string, TensorValue] => [
          name,
          { dtype, shape, data: arrayOf(dtype, bytes) },
        ]),
      );
      exact.push(await everything.score(reference, reference, index));
      own.push(await everything.score(outputs, reference, index));
    }
  }
  await float.close();
  return evaluationOf(everything, { float: exact, quantized: own }, LIMIT);
}

/** True where one file holds the samples of calibration and validation: they then have the same names. */
const isShared = ({ calibration, validation }: Planned['config']) =>
  validation?.files.some((file) => calibration.files.includes(file)) === true;
