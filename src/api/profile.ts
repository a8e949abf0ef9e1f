import path from 'node:path';
import { codingFactor } from '../benchmark/coding.js';
import { EFFORT, type MeasuredModel, type Measurement, measureModels, readGrid } from '../benchmark/index.js';
import { type MachineFacts, machineFacts } from '../benchmark/machine.js';
import { type PresetFacts, presetText, type Side } from '../benchmark/preset-file.js';
import { loadConfig } from '../config/load.js';
import { loadPreset } from '../config/preset-load.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { loadModel } from '../frontend/index.js';
import { counter, type RunStage } from '../progress/index.js';
import { counted } from '../report/format.js';
import { openSamples } from '../samples/open.js';
import { AutosplitError } from '../util/error.js';
import { withTemporaryFolder } from '../util/exit.js';
import { inOrder } from '../util/in-order.js';
import { checkOutputFile, writeOutputFile } from '../util/output-file.js';
import { ownPackage } from '../util/package.js';

/** What to measure on this machine, and where to write the preset. */
export interface ProfileOptions {
  /** Models to measure, relative to `cwd`. If empty: those of `config`, else a benchmark of operators. */
  model: readonly string[];
  /** Shapes of inputs that the models leave open. */
  shape: Record<string, number[]>;
  config?: string;
  build?: string;
  side: Side;
  threads: number;
  /** Number of processes that time each model. */
  rounds?: number;
  /** The file to write, relative to `cwd`. */
  output?: string;
  /** Replace an existing file. */
  force: boolean;
  cwd: string;
}

/** Result of measuring a machine. */
export interface MachineProfile {
  /** Absolute path of the file that was written. */
  output: string | undefined;
  /** The preset as YAML. */
  text: string;
  preset: PresetFacts & { facts: MachineFacts };
  measurement: Measurement;
}

/**
 * `autosplit profile`: measures this machine, makes a preset of kind `measured` and writes it to `output` if given.
 * @throws AutosplitError OUTPUT_UNSAFE, before measuring, if the file must not be replaced
 */
export async function profileMachine(options: ProfileOptions, run: RunStage): Promise<MachineProfile> {
  const { side, threads, force } = options;
  const output = options.output === undefined ? undefined : path.resolve(options.cwd, options.output);
  if (output !== undefined) await checkOutputFile(output, force);
  const isGrid = options.model.length === 0 && options.config === undefined;
  const defaults = isGrid ? EFFORT.grid : EFFORT.model;
  const { effort, rounds } = { ...defaults, ...(options.rounds !== undefined && { rounds: options.rounds }) };
  const measurement = await withTemporaryFolder('autosplit', async (workDir) => {
    const models = await modelsOf(options, workDir, run);
    // The cloud side computes in float.
    const forms = side === 'edge' ? (['float', 'int8'] as const) : (['float'] as const);
    return measureModels(models, { run, workDir, threads, rounds, effort, forms });
  });
  const facts = machineFacts(threads);
  const preset = {
    name: output === undefined ? 'this-machine' : nameOf(output),
    version: output === undefined ? 1 : nextVersion(side, output),
    side,
    facts,
    perInference: measurement.perInference,
    coding: await codingFactor(),
    rows: measurement.rows,
    method: `autosplit ${ownPackage().version}, ${facts.machine.runtime}, ${counted(rounds, 'round')}`,
  };
  const text = presetText(preset);
  if (output !== undefined) await writeOutputFile(output, text);
  return { output, text, preset, measurement };
}

async function modelsOf(options: ProfileOptions, workDir: string, run: RunStage): Promise<MeasuredModel[]> {
  const { model, shape, config } = options;
  if (model.length > 0) {
    if (config !== undefined)
      throw new AutosplitError('USAGE', '--model and --config exclude each other', {
        hint: 'a config names its model itself',
      });
    return inOrder(model, (file) =>
      readOne(
        path.basename(file, '.onnx'),
        { path: path.resolve(options.cwd, file), inputs: shape },
        options.cwd,
        workDir,
        run,
      ),
    );
  }
  if (Object.keys(shape).length > 0) throw new AutosplitError('USAGE', '--shape says nothing without --model');
  if (config === undefined) return run('Read the benchmark', (progress) => readGrid(workDir, counter(progress)));
  const configs = await loadMeasurable(options);
  return inOrder(configs, async (each) => {
    const loaded = await readOne(each.name, each.model, each.root, workDir, run);
    return { ...loaded, samples: await openSamples(each.calibration, loaded.model.graph.inputs) };
  });
}

function readOne(
  name: string,
  model: ResolvedConfig['model'],
  root: string,
  workDir: string,
  run: RunStage,
): Promise<MeasuredModel> {
  return run(`Read and optimise ${name}`, async (progress) => {
    const loaded = await loadModel({ model, root, quantization: { equalize: false } }, workDir, progress).catch(
      (error: unknown) => {
        throw withShapeHint(error);
      },
    );
    return { ...loaded, name };
  });
}

/** Replaces the hint to fix a shape in the config by one for the command line. */
function withShapeHint(error: unknown): unknown {
  if (!(error instanceof AutosplitError) || error.code !== 'SHAPE_UNKNOWN') return error;
  return new AutosplitError('SHAPE_UNKNOWN', error.message, {
    hint: 'fix it, for example `--shape input=1x3x224x224`',
    cause: error,
  });
}

/** Placeholder for an edge preset that does not exist yet. */
const STAND_IN = 'raspberry-pi-4';

/** Loads the builds of a config. Their edge preset may be missing: it may be the one to be measured. */
async function loadMeasurable({ cwd, config, build }: ProfileOptions): Promise<ResolvedConfig[]> {
  const load = { cwd, config, build };
  try {
    return await loadConfig(load);
  } catch (error) {
    if (
      !(error instanceof AutosplitError) ||
      ![error, ...error.problems].some(({ code }) => code === 'PRESET_NOT_FOUND')
    )
      throw error;
    return loadConfig({ ...load, overrides: { edge: { preset: STAND_IN } } });
  }
}

/** Makes the name of a preset from the name of its file. */
function nameOf(file: string): string {
  const name = path
    .basename(file)
    .replace(/\.(ya?ml|json)$/i, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, '-')
    .replace(/^[.-]+/, '');
  return name === '' ? 'this-machine' : name;
}

/** The version after that of the preset that the file holds now. */
function nextVersion(side: Side, file: string): number {
  try {
    return loadPreset(side, file).preset.version + 1;
  } catch (error) {
    if (error instanceof AutosplitError) return 1;
    throw error;
  }
}
