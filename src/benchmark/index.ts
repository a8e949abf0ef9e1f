/** Times a machine layer by layer (`autosplit profile`) and writes what it measured as a preset. */

import type { Profile } from '../calibrate/profile.js';
import type { MeasuredRow } from '../config/preset.js';
import { measuredSeconds } from '../cost/measured.js';
import { type LoadedModel, prepareModel } from '../frontend/index.js';
import type { MeasureEffort } from '../inference/tasks.js';
import type { Model } from '../onnx/graph.js';
import { counter, type RunStage } from '../progress/index.js';
import type { SampleSet } from '../samples/open.js';
import { referenceEdge } from '../targets/index.js';
import { addition } from './grid/addition.js';
import { gridModels } from './grid/index.js';
import { precisionOf, tableRows } from './rows.js';
import type { Spread } from './spread.js';
import { type Form, prepareSubjects, type Subject } from './subject.js';
import { syntheticSamples } from './synthetic.js';
import { timeSubjects } from './time.js';

/** A model to time. */
export interface MeasuredModel extends Pick<LoadedModel, 'model' | 'layers'> {
  name: string;
  /** Calibration samples of the quantized form. @default synthetic samples */
  samples?: SampleSet;
}

/** Measured and predicted time of a model. */
export interface ModelTiming {
  network: string;
  form: Form;
  measured: Spread;
  /** Seconds: the sum of its layers by the table, and the fixed overhead per inference. */
  predicted: number;
}

export interface Measurement {
  /** Fixed seconds per inference, in addition to the layers. */
  perInference: number;
  rows: MeasuredRow[];
  networks: ModelTiming[];
}

export interface MeasureOptions {
  run: RunStage;
  /** A folder for temporary files; the caller removes it. */
  workDir: string;
  threads: number;
  forms: readonly Form[];
  effort: MeasureEffort;
  rounds: number;
}

/** Rounds and runs, of the benchmark's models and of the user's. */
export const EFFORT = {
  grid: { rounds: 4, effort: { seconds: 0.2, minRuns: 10, maxRuns: 60 } },
  model: { rounds: 7, effort: { seconds: 0.4, minRuns: 10, maxRuns: 100 } },
};

/** The models of the benchmark, prepared for timing. */
export async function readGrid(
  workDir: string,
  progress: (done: number, of: number) => void,
): Promise<MeasuredModel[]> {
  const models: Model[] = gridModels();
  const prepared: MeasuredModel[] = [];
  for (const model of models) {
    prepared.push({ name: model.graph.name, ...(await prepareModel(model, {}, workDir, () => {})) });
    progress(prepared.length, models.length);
  }
  return prepared;
}

/** Times models on this machine, in float and as the quantized edge side, and makes a table of their layers. */
export async function measureModels(models: readonly MeasuredModel[], options: MeasureOptions): Promise<Measurement> {
  const { run, workDir, threads, forms } = options;
  const prepared = await run('Quantize and trace', async (progress) => {
    const done: { loaded: MeasuredModel; profile: Profile; subjects: Subject[] }[] = [];
    for (const [index, loaded] of models.entries()) {
      const { samples = syntheticSamples(loaded.model.graph.inputs) } = loaded;
      const target = referenceEdge('native');
      done.push({
        loaded,
        ...(await prepareSubjects({ name: `model-${index}`, loaded, target, samples, forms, workDir, threads })),
      });
      counter(progress)(index + 1, models.length);
    }
    return done;
  });
  const perInference = await run('Time the overhead per inference', () => timeOverhead(options));
  const flat = prepared.flatMap(({ loaded, profile, subjects }) =>
    subjects.map((subject) => ({ loaded, profile, subject })),
  );
  const timings = await run('Time the layers', (progress) =>
    timeSubjects(
      flat.map(({ subject }) => subject),
      flat.map(({ loaded }) => loaded.layers.length),
      { ...options, fixed: perInference, onProgress: counter(progress) },
    ),
  );
  const rows = tableRows(
    flat.map(({ profile, subject: { form } }, i) => ({ form, profile, layers: timings[i].layers })),
  );
  return {
    perInference,
    rows,
    networks: flat.map(({ loaded, profile, subject: { form } }, i) => ({
      network: loaded.name,
      form,
      measured: timings[i].whole,
      predicted: predictModel(profile, form, { rows, perInference }),
    })),
  };
}

/** Predicted seconds of a whole model by a table. */
export function predictModel(
  profile: Profile,
  form: Form,
  { rows, perInference }: Pick<Measurement, 'rows' | 'perInference'>,
): number {
  const seconds = profile.layers.map(({ shape, integer }) =>
    measuredSeconds({ table: rows }, shape, precisionOf(form, integer)),
  );
  return seconds.reduce((sum, value) => sum + value, perInference);
}

/** Fixed overhead per inference in seconds: the time of a model with one addition. */
async function timeOverhead({ workDir, threads, rounds, effort }: MeasureOptions): Promise<number> {
  const loaded = await prepareModel(addition(), {}, workDir, () => {});
  const { subjects } = await prepareSubjects({
    name: 'overhead',
    loaded,
    target: referenceEdge('native'),
    samples: syntheticSamples(loaded.model.graph.inputs),
    forms: ['float'],
    workDir,
    threads,
  });
  const [{ whole }] = await timeSubjects(subjects, [1], {
    workDir,
    threads,
    rounds,
    effort,
    fixed: 0,
    onProgress: () => {},
  });
  return whole.median;
}
