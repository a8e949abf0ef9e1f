import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { spreadOf } from '../../src/benchmark/spread.js';
import { writeFeeds } from '../../src/benchmark/subject.js';
import { calibrateModel } from '../../src/calibrate/index.js';
import { loadConfig } from '../../src/config/load.js';
import type { EdgePreset } from '../../src/config/preset.js';
import { loadPreset } from '../../src/config/preset-load.js';
import type { ResolvedConfig } from '../../src/config/resolved.js';
import { planningProblem } from '../../src/formulate/index.js';
import { loadModel } from '../../src/frontend/index.js';
import { runIsolated } from '../../src/inference/isolated.js';
import { writeModelFiles } from '../../src/onnx/write.js';
import { quantizeSplit } from '../../src/quantize/index.js';
import { openSamples } from '../../src/samples/open.js';
import node from '../../src/targets/node/index.js';
import onnxruntimeNode from '../../src/targets/onnxruntime-node/index.js';
import { NETWORKS, writeProject } from '../networks/networks.js';

const BITS = { weights: [8], activations: [8], wire: [8] };
const EFFORT = { seconds: 0.4, minRuns: 10, maxRuns: 100 };
/** Of processes that time a network, each time that all of them have their turn. */
const ROUNDS = 3;
/** What a prediction may be off by. */
const LIMIT = 0.15;

const FORMS = ['float', 'int8'] as const;
type Form = (typeof FORMS)[number];

/**
 * Whole networks on this machine, one thread: the median that is measured beside what two presets of `autosplit
 * profile` predict, one made of the networks themselves (`--config`), one of the operators of its benchmark. Networks
 * are timed before, between and after the two profiles, in processes of their own, so that the load of the machine is
 * the same for all. `--all` takes all networks that builds are tested with.
 */
export async function bench({ smoke = false, args = [] }: { smoke?: boolean; args?: readonly string[] }) {
  const names = smoke
    ? ['resnet20']
    : args.includes('--all')
      ? Object.keys(NETWORKS)
      : ['squeezenet1.1', 'mobilenetv2', 'resnet20', 'lprnet'];
  const folder = await mkdtemp(path.join(tmpdir(), 'autosplit-bench-'));
  try {
    const file = await writeConfig(names, folder);
    const configs = await loadConfig({ cwd: folder, config: file });
    const subjects: Subject[] = [];
    for (const config of configs) subjects.push(await prepare(config, path.join(folder, config.name)));
    const runs = new Map<string, number[][]>();
    const time = () => timeAll(subjects, runs, smoke ? 1 : ROUNDS, folder);
    await time();
    const presets: Record<string, EdgePreset> = { networks: await profile(folder, ['--config', file], 'networks') };
    await time();
    if (!smoke) {
      presets.operators = await profile(folder, [], 'operators');
      await time();
    }
    const rows = subjects.flatMap((subject) =>
      FORMS.map((form) => {
        const rounds = runs.get(key(subject.name, form)) ?? [];
        const measured = { ...spreadOf(rounds), runs: rounds.flat().length };
        const predicted = Object.fromEntries(
          Object.entries(presets).map(([way, preset]) => {
            const value = subject.predict(preset)[form];
            return [way, { seconds: value, off: value / measured.median - 1 }];
          }),
        );
        return { network: subject.name, form, measured, predicted };
      }),
    );
    const worst = Object.fromEntries(
      Object.keys(presets).map((way) => [way, Math.max(...rows.map((row) => Math.abs(row.predicted[way].off)))]),
    );
    const within = Object.fromEntries(Object.entries(worst).map(([way, off]) => [way, off <= LIMIT]));
    const lines = rows.map(({ network, form, measured, predicted }) => {
      const ways = Object.entries(predicted).map(
        ([way, { seconds, off }]) => `  ${way} ${ms(seconds)} ${percent(off)}`,
      );
      return `${network.padEnd(14)} ${form.padEnd(5)}  measured ${ms(measured.median)} (${ms(measured.p10)} .. ${ms(measured.p90)})${ways.join('')}`;
    });
    const summary = Object.entries(worst).map(([way, off]) => `${way}: off by ${(100 * off).toFixed(1)} % at most`);
    return {
      result: { benchmark: 'profile', threads: 1, limit: LIMIT, rows, worst, within },
      text: [...lines, ...summary].join('\n'),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const ms = (seconds: number) => `${(1000 * seconds).toFixed(3)} ms`;
const percent = (share: number) => `${share < 0 ? '' : '+'}${(100 * share).toFixed(1)} %`;
const key = (network: string, form: Form) => `${network} ${form}`;

/** One config whose builds are the networks. */
async function writeConfig(names: readonly string[], folder: string): Promise<string> {
  const projects = await Promise.all(
    names.map(async (name) => {
      const { validation, ...network } = NETWORKS[name];
      const project = await writeProject({ ...network, calibration: { ...network.calibration, samples: 16 } });
      const [config] = await loadConfig({ cwd: project });
      await rm(project, { recursive: true, force: true });
      return [name, { model: config.model.path, calibration: { ...network.calibration, samples: 16 } }] as const;
    }),
  );
  const config = {
    edge: { preset: 'raspberry-pi-4' },
    network: { preset: '3g' },
    cloud: { preset: 'nvidia-t4' },
    builds: Object.fromEntries(projects),
  };
  const file = path.join(folder, 'autosplit.config.json');
  await writeFile(file, JSON.stringify(config, null, 2));
  return file;
}

/** Runs the command as a user does, and loads what it wrote. */
async function profile(folder: string, args: readonly string[], name: string): Promise<EdgePreset> {
  const file = path.join(folder, `${name}.yaml`);
  await execa(process.execPath, [path.resolve('dist/cli.js'), 'profile', ...args, '-o', file, '--quiet', '--json'], {
    cwd: folder,
  });
  return loadPreset('edge', file).preset;
}

interface Subject {
  name: string;
  files: Record<Form, string>;
  feeds: Awaited<ReturnType<typeof writeFeeds>>;
  /** Seconds by form, as plans are costed: all on the edge, and all in a cloud that computes in float. */
  predict(preset: EdgePreset): Record<Form, number>;
}

async function prepare(config: ResolvedConfig, folder: string): Promise<Subject> {
  await mkdir(folder);
  const network = await loadModel(config, folder, () => {});
  const { model, layers } = network;
  const samples = await openSamples(config.calibration, model.graph.inputs);
  const target = onnxruntimeNode;
  const candidates = new Set(model.graph.outputs.map((output) => output.name));
  const profiled = await calibrateModel({
    model,
    layers,
    target,
    samples,
    bits: BITS,
    inputEncoding: 'raw',
    candidates,
    workDir: folder,
  });
  const whole = {
    decision: 'edge-only' as const,
    edge: new Set(layers.keys()),
    weightBits: layers.map(() => 8),
    wire: [],
  };
  const { edge } = quantizeSplit(whole, { model, layers, profile: profiled });
  const files = { float: path.join(folder, 'float.onnx'), int8: path.join(folder, 'int8.onnx') };
  await writeModelFiles(model, files.float, { inPlace: true });
  await writeModelFiles(edge?.model ?? model, files.int8, { inPlace: true });
  const feeds = await writeFeeds(await samples.load(0), path.join(folder, 'feeds'));
  const predict = (preset: EdgePreset) => {
    const cloud = { ...preset, precision: 'fp32' as const };
    const costed = { ...config, edge: { ...config.edge, preset }, cloud: { ...config.cloud, preset: cloud } };
    const problem = planningProblem({
      config: costed,
      targets: { edge: target, cloud: node },
      bits: BITS,
      graph: model.graph,
      layers,
      profile: profiled,
    });
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    return {
      float: sum(problem.layers.map((layer) => layer.cloudSeconds)),
      int8: sum(problem.layers.map((layer) => layer.options[0].seconds)),
    };
  };
  return { name: config.name, files, feeds, predict };
}

async function timeAll(
  subjects: readonly Subject[],
  runs: Map<string, number[][]>,
  rounds: number,
  folder: string,
): Promise<void> {
  for (let round = 0; round < rounds; round++)
    for (const { name, files, feeds } of subjects)
      for (const form of FORMS) {
        const profiles = await mkdtemp(path.join(folder, 'profile-'));
        const timed = await runIsolated('measure', { model: files[form], feeds, threads: 1, effort: EFFORT, profiles });
        runs.set(key(name, form), [...(runs.get(key(name, form)) ?? []), timed.runs]);
      }
}
