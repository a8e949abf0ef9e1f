import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serialize } from 'node:v8';
import { execa } from 'execa';
import { loadConfig } from '../../src/config/load.js';
import { extractSubgraph } from '../../src/onnx/extract.js';
import { writeModelFiles } from '../../src/onnx/write.js';
import { make, plan } from '../../src/pipeline.js';
import { stageFolder } from '../../src/util/folder.js';
import { NETWORKS, writeProject } from '../networks/networks.js';

/** Rounds of processes, so that noise of the machine hits both alike. */
const ROUNDS = 5;

interface Measured {
  medianSeconds: number;
  peakBytes: number;
}

/**
 * The generated edge half with 8 bits against the same half in float: both in a process of their own, onnxruntime-node, one
 * thread, the same sample. Time is the median of an inference (the edge half's includes making the payload), memory the peak of
 * the process.
 */
export async function bench({ smoke = false }: { smoke?: boolean }) {
  const rows = [];
  for (const name of smoke ? ['resnet20'] : ['mobilenetv2', 'squeezenet1.1', 'resnet20'])
    rows.push(await compare(name, smoke ? 1 : ROUNDS));
  const lines = rows.map(
    ({ network, cut, speedup, memoryRatio, int8, float }) =>
      `${network.padEnd(14)} ${cut.padEnd(36)} ${ms(float.medianSeconds)} float  ${ms(int8.medianSeconds)} int8  ${speedup.toFixed(2)}x  peak ${mb(float.peakBytes)} float  ${mb(int8.peakBytes)} int8  ${memoryRatio.toFixed(2)}x`,
  );
  return { result: { benchmark: 'edge', rounds: smoke ? 1 : ROUNDS, rows }, text: lines.join('\n') };
}

const ms = (seconds: number) => `${(1000 * seconds).toFixed(2)} ms`;
const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

async function compare(name: string, rounds: number) {
  const network = NETWORKS[name];
  const bits = { weights: [8], wire: [8] };
  const project = await writeProject(
    { ...network, validation: undefined, calibration: { ...network.calibration, samples: 16 } },
    { edge: { preset: 'raspberry-pi-4', bits }, split: { after: network.middle } },
  );
  const workDir = await mkdtemp(path.join(tmpdir(), 'autosplit-bench-'));
  try {
    const [config] = await loadConfig({ cwd: project });
    const context = { run: async <T>(_: string, stage: (progress: () => void) => T | Promise<T>) => stage(() => {}), workDir };
    const planned = await plan(config, context);
    const { bundle, split } = await make(planned, context);
    const staged = await stageFolder(path.join(workDir, 'bundle'), bundle.files);
    const { model, layers } = planned.network;
    const half = extractSubgraph(model, {
      nodes: [...split.decision.edge].flatMap((layer) => layers[layer].nodes),
      inputs: model.graph.inputs,
      outputs: network.middle,
    });
    const floatModel = path.join(workDir, 'float-half.onnx');
    await writeModelFiles(half, floatModel, { dataFile: 'float-half.bin' });
    const sample = path.join(workDir, 'sample');
    await writeFile(sample, serialize(await planned.samples.load(0)));
    const script = path.join(workDir, 'child.mjs');
    await writeFile(script, CHILD);
    const measured = { int8: [] as Measured[], float: [] as Measured[] };
    for (let round = 0; round < rounds; round++) {
      measured.int8.push(await measure(script, 'bundle', path.join(staged, 'edge/edge.mjs'), sample));
      measured.float.push(await measure(script, 'float', floatModel, sample));
    }
    const best = (runs: Measured[]): Measured => ({
      medianSeconds: median(runs.map((run) => run.medianSeconds)),
      peakBytes: median(runs.map((run) => run.peakBytes)),
    });
    const [int8, float] = [best(measured.int8), best(measured.float)];
    return {
      network: name,
      cut: network.middle.join(' '),
      int8,
      float,
      speedup: float.medianSeconds / int8.medianSeconds,
      memoryRatio: int8.peakBytes / float.peakBytes,
    };
  } finally {
    await rm(workDir, { recursive: true, force: true });
    await rm(project, { recursive: true, force: true });
  }
}

async function measure(script: string, kind: string, file: string, sample: string): Promise<Measured> {
  const runtime = path.resolve('dist/verify-resolve.mjs');
  const { stdout } = await execa(process.execPath, ['--import', runtime, script, kind, file, sample]);
  return JSON.parse(stdout);
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];

/** Loads one half, runs it, prints the median and the peak memory of the process. */
const CHILD = `
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { deserialize } from 'node:v8';
const [kind, file, sample] = process.argv.slice(2);
const feeds = deserialize(readFileSync(sample));
let infer;
if (kind === 'bundle') {
  const { createEdge } = await import(pathToFileURL(file).href);
  const edge = await createEdge({ cloud: 'http://127.0.0.1:9', threads: 1 });
  const inputs = Object.fromEntries(Object.entries(feeds).map(([name, { data }]) => [name, data]));
  infer = () => edge.encode(inputs);
} else {
  const ort = await import('onnxruntime-node');
  const session = await ort.InferenceSession.create(file, { intraOpNumThreads: 1, interOpNumThreads: 1, graphOptimizationLevel: 'all' });
  const tensors = Object.fromEntries(Object.entries(feeds).map(([name, { dtype, data, shape }]) => [name, new ort.Tensor(dtype, data, shape)]));
  infer = () => session.run(tensors);
}
const times = [];
for (let i = 0; i < 60; i++) {
  const started = performance.now();
  await infer();
  if (i >= 10) times.push((performance.now() - started) / 1000);
}
times.sort((a, b) => a - b);
console.log(JSON.stringify({ medianSeconds: times[times.length >> 1], peakBytes: process.resourceUsage().maxRSS * 1024 }));
process.exit(0);
`;
