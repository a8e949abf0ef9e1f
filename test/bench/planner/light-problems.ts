import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../../src/config/load.js';
import type { ResolvedConfig } from '../../../src/config/resolved.js';
import { readModel } from '../../../src/onnx/read.js';
import { prepare } from '../../../src/pipeline/index.js';
import type { PlanningProblem } from '../../../src/planner/core/problem.js';
import { noCache, openCache } from '../../../src/util/cache.js';
import { packageRoot } from '../../../src/util/package.js';

export interface LightOptions {
  /** Folder of light models, with `../../tools/inflate-onnx.mjs` and photos in `../../data` beside it. */
  light: string;
  /** Folder for inflated models and profiled problems, outside the repository. */
  cache: string;
  /** Profile again, whatever the cache has; `if-changed`: what other sources have profiled. */
  fresh: boolean | 'if-changed';
  /** Only these networks. */
  networks?: string[];
}

export interface LightNetwork {
  name: string;
  config: ResolvedConfig;
  problem: PlanningProblem;
}

/** What the devices of the paper's evaluation, its 3G link and a camera that sends JPEG make of a network. */
const SETUP = {
  // Weights of most of these networks are made up: what the outputs lose would say nothing.
  errorModel: 'relative',
  edge: { preset: 'eyeriss', target: 'simulated' },
  network: { preset: '3g' },
  cloud: { preset: 'tpu-v1' },
  input: { encoding: 'jpeg:90' },
};
/** Photos that payloads are measured on. */
const SAMPLES = 2;
/** Sources whose change makes another profile of a network. */
const PROFILING = ['numerics', 'onnx', 'frontend', 'ptq', 'calibrate', 'runtime/codecs', 'samples', 'targets'];
/** What makes another problem of a profile. */
const PRICING = ['cost', 'formulate'];

/** Every light network as a planning problem, in the order of their names; profiled once and kept. */
export async function* lightNetworks(options: LightOptions): AsyncGenerator<LightNetwork> {
  const { light, networks } = options;
  const names = readdirSync(light)
    .filter((file) => file.endsWith('.onnx'))
    .map((file) => file.slice(0, -'.onnx'.length))
    .filter((name) => networks === undefined || networks.includes(name))
    .sort();
  if (names.length === 0) throw new Error(`no such network in ${light}: ${networks?.join(', ') ?? '*.onnx'}`);
  mkdirSync(options.cache, { recursive: true });
  const key = digestOf([...PROFILING, ...PRICING]);
  for (const name of names) yield await lightNetwork(name, key, options);
}

async function lightNetwork(name: string, key: string, { light, cache, fresh }: LightOptions): Promise<LightNetwork> {
  const model = path.resolve(cache, `${name}.onnx`);
  if (!existsSync(model))
    execFileSync(process.execPath, [
      path.join(light, '../../tools/inflate-onnx.mjs'),
      path.join(light, `${name}.onnx`),
      model,
    ]);
  const config = await configOf(name, model, path.resolve(light, '../../data/imagenet500/calib'), cache);
  const file = path.join(cache, `${name}.problem.json`);
  const digest = createHash('sha256')
    .update(key)
    .update(readFileSync(path.join(light, `${name}.onnx`)))
    .digest('hex');
  if (existsSync(file) && fresh !== true) {
    const kept: { digest: string; problem: PlanningProblem } = JSON.parse(readFileSync(file, 'utf8'));
    const isCurrent = kept.digest === digest;
    if (!isCurrent && !fresh)
      process.stderr.write(`${name} was profiled by other sources: --fresh profiles it again\n`);
    if (isCurrent || !fresh) return { name, config, problem: kept.problem };
  }
  const started = performance.now();
  const problem = await profiled(config, path.join(cache, 'profiles'), fresh === true);
  writeFileSync(file, JSON.stringify({ digest, problem }));
  process.stderr.write(
    `profiled ${name}: ${problem.layers.length} layers in ${((performance.now() - started) / 1000).toFixed(0)} s\n`,
  );
  return { name, config, problem };
}

/** A project of its own for each network: the input size is the model's. */
async function configOf(name: string, model: string, photos: string, cache: string): Promise<ResolvedConfig> {
  const [input] = readModel(model).graph.inputs;
  const shape = (input.shape ?? []).map((dimension, axis) =>
    typeof dimension === 'number' ? dimension : axis === 0 ? 1 : 224,
  );
  const preprocess = {
    resize: [shape[3], shape[2]],
    fit: 'cover',
    mean: [123.675, 116.28, 103.53],
    std: [58.395, 57.12, 57.375],
  };
  const file = path.join(cache, `${name}.config.json`);
  const config = {
    model: { path: model, inputs: { [input.name]: shape } },
    calibration: { images: path.join(photos, '*.jpg'), preprocess, samples: SAMPLES },
    ...SETUP,
  };
  writeFileSync(file, JSON.stringify(config, null, 2));
  const [resolved] = await loadConfig({ cwd: cache, config: file });
  return resolved;
}

/** Profiles are kept apart from problems: another cost model needs no other profile. */
async function profiled(config: ResolvedConfig, folder: string, fresh: boolean): Promise<PlanningProblem> {
  const workDir = await mkdtemp(path.join(tmpdir(), 'autosplit-bench-'));
  const cache = fresh ? noCache : openCache(folder, { version: digestOf(PROFILING), limitBytes: 2e10 });
  try {
    const { problem } = await prepare(config, { run: async (_, stage) => stage(() => {}), workDir, cache });
    return problem;
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

function digestOf(sources: readonly string[]): string {
  const source = path.join(packageRoot(), 'src');
  const hash = createHash('sha256').update(JSON.stringify([SETUP, SAMPLES]));
  const files = sources
    .flatMap((entry) =>
      entry.endsWith('.ts')
        ? [entry]
        : readdirSync(path.join(source, entry), { recursive: true, encoding: 'utf8' })
            .filter((file) => file.endsWith('.ts'))
            .map((file) => path.join(entry, file)),
    )
    .sort();
  for (const file of files) hash.update(file).update(readFileSync(path.join(source, file)));
  for (const preset of ['edge/eyeriss', 'network/3g', 'cloud/tpu-v1'])
    hash.update(readFileSync(path.join(packageRoot(), 'presets', `${preset}.yaml`)));
  return hash.digest('hex');
}
