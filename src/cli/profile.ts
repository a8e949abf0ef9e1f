import path from 'node:path';
import { codingFactor } from '../benchmark/coding.js';
import { EFFORT, type MeasuredModel, measureModels, readGrid } from '../benchmark/index.js';
import { machineFacts } from '../benchmark/machine.js';
import { presetText, type Side } from '../benchmark/preset-file.js';
import { loadConfig } from '../config/load.js';
import { loadPreset } from '../config/preset-load.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { type LoadedModel, loadModel } from '../frontend/index.js';
import { counter, type RunStage } from '../progress/index.js';
import { listrStages, withWorkDir } from '../progress/terminal.js';
import { counted } from '../report/format.js';
import { measurementSummary } from '../report/measurement.js';
import { openSamples } from '../samples/open.js';
import { AutosplitError } from '../util/error.js';
import { relativePath } from '../util/files.js';
import { inOrder } from '../util/in-order.js';
import { checkOutputFile, writeOutputFile } from '../util/output-file.js';
import { ownPackage } from '../util/package.js';
import { printJson, say } from './print.js';

export interface ProfileOptions {
  model: string[];
  shape: Record<string, number[]>;
  config?: string;
  build?: string;
  side: Side;
  threads: number;
  rounds?: number;
  output?: string;
  force: boolean;
  cwd: string;
  json: boolean;
  quiet: boolean;
}

/** `autosplit profile`: measures this machine and writes a preset of kind `measured`. */
export async function profileCommand(options: ProfileOptions): Promise<void> {
  const { side, threads, force, json } = options;
  const output = options.output === undefined ? undefined : path.resolve(options.cwd, options.output);
  if (output !== undefined) await checkOutputFile(output, force);
  const run = listrStages(options);
  const isGrid = options.model.length === 0 && options.config === undefined;
  const { rounds, effort } = {
    ...(isGrid ? EFFORT.grid : EFFORT.model),
    ...(options.rounds !== undefined && { rounds: options.rounds }),
  };
  const measurement = await withWorkDir(async (workDir) => {
    const networks = await modelsOf(options, workDir, run);
    // The cloud side computes in float.
    return measureModels(networks, {
      run,
      workDir,
      threads,
      rounds,
      effort,
      forms: side === 'edge' ? ['float', 'int8'] : ['float'],
    });
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
  const shown = output === undefined ? null : relativePath(options.cwd, output);
  if (json) {
    const { machine, memory, bandwidth } = facts;
    const { name, version, perInference, rows } = preset;
    printJson([
      {
        version: 1,
        output: shown,
        preset: { name, version, side, machine, memory, bandwidth, perInference, table: rows },
        networks: measurement.networks,
      },
    ]);
  } else say(shown === null ? text.trimEnd() : measurementSummary(measurement, { output: shown, side }));
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
    const loaded: LoadedModel = await loadModel(
      { model, root, quantization: { equalize: false } },
      workDir,
      progress,
    ).catch((error: unknown) => {
      throw withShapeHint(error);
    });
    return { ...loaded, name };
  });
}

/** The configuration is not where a shape is fixed here. */
function withShapeHint(error: unknown): unknown {
  if (!(error instanceof AutosplitError) || error.code !== 'SHAPE_UNKNOWN') return error;
  return new AutosplitError('SHAPE_UNKNOWN', error.message, {
    hint: 'fix it, for example `--shape input=1x3x224x224`',
    cause: error,
  });
}

/** A device that stands in for one whose preset is yet to be measured. */
const STAND_IN = 'raspberry-pi-4';

/** The builds of a config, whose edge preset need not be there yet. */
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

/** The name of a preset is that of its file, in the letters that names have. */
function nameOf(file: string): string {
  const name = path
    .basename(file)
    .replace(/\.(ya?ml|json)$/i, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, '-')
    .replace(/^[.-]+/, '');
  return name === '' ? 'this-machine' : name;
}

/** One more than that of the preset which is replaced. */
function nextVersion(side: Side, file: string): number {
  try {
    return loadPreset(side, file).preset.version + 1;
  } catch (error) {
    if (error instanceof AutosplitError) return 1;
    throw error;
  }
}
