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

/** A model to be measured. */
export interface MeasuredModel extends Pick<LoadedModel, 'model' | 'layers'> {
  name: string;
  /** Calibrate the quantized form; synthetic ones where there are none. */
  samples?: SampleSet;
}

/** A model beside what the table says of it. */
export interface ModelTiming {
  network: string;
  form: Form;
  measured: Spread;
  /** Seconds: its layers by the table, and what an inference takes beside them. */
  predicted: number;
}

export interface Measurement {
  /** Seconds of an inference beside its layers. */
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

/** The same for every model, so that what disturbs the machine for a while spoils none. */
export const EFFORT = {
  grid: { rounds: 4, effort: { seconds: 0.2, least: 10, most: 60 } },
  model: { rounds: 7, effort: { seconds: 0.4, least: 10, most: 100 } },
};

/** The models of the micro-benchmark, ready to be measured. */
export async function readGrid(
  workDir: string,
  progress: (done: number, of: number) => void,
): Promise<MeasuredModel[]> {
  const models: Model[] = gridModels();
  const networks: MeasuredModel[] = [];
  for (const model of models) {
    networks.push({ name: model.graph.name, ...(await prepareModel(model, {}, workDir, () => {})) });
    progress(networks.length, models.length);
  }
  return networks;
}

/** Measures models on this machine, in float and as the edge gets them, and makes a table of their layers. */
export async function measureModels(networks: readonly MeasuredModel[], options: MeasureOptions): Promise<Measurement> {
  const { run, workDir, threads, forms } = options;
  const prepared = await run('Quantize and trace', async (progress) => {
    const done: { network: MeasuredModel; profile: Profile; subjects: Subject[] }[] = [];
    for (const [index, network] of networks.entries()) {
      const { samples = syntheticSamples(network.model.graph.inputs) } = network;
      const target = referenceEdge('native');
      done.push({
        network,
        ...(await prepareSubjects({ name: `network-${index}`, network, target, samples, forms, workDir, threads })),
      });
      counter(progress)(index + 1, networks.length);
    }
    return done;
  });
  const perInference = await run('Time an inference of nothing', () => timeNothing(options));
  const flat = prepared.flatMap(({ network, profile, subjects }) =>
    subjects.map((subject) => ({ network, profile, subject })),
  );
  const timings = await run('Time the layers', (progress) =>
    timeSubjects(
      flat.map(({ subject }) => subject),
      flat.map(({ network }) => network.layers.length),
      { ...options, fixed: perInference, onProgress: counter(progress) },
    ),
  );
  const rows = tableRows(
    flat.map(({ profile, subject: { form } }, i) => ({ form, profile, layers: timings[i].layers })),
  );
  return {
    perInference,
    rows,
    networks: flat.map(({ network, profile, subject: { form } }, i) => ({
      network: network.name,
      form,
      measured: timings[i].whole,
      predicted: predictModel(profile, form, { rows, perInference }),
    })),
  };
}

/** Seconds of a whole model by a table. */
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

/** What an inference of one addition takes: the call itself, and handing tensors in and out. */
async function timeNothing({ workDir, threads, rounds, effort }: MeasureOptions): Promise<number> {
  const model = addition();
  const network = await prepareModel(model, {}, workDir, () => {});
  const { subjects } = await prepareSubjects({
    name: 'nothing',
    network,
    target: referenceEdge('native'),
    samples: syntheticSamples(network.model.graph.inputs),
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
