import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serialize } from 'node:v8';
import { execa } from 'execa';
import { loadConfig } from '../../src/config/load.js';
import { extractSubgraph } from '../../src/onnx/extract.js';
import { writeModelFiles } from '../../src/onnx/write.js';
import { make, plan } from '../../src/pipeline/index.js';
import { stageFolder } from '../../src/util/folder.js';
import { NETWORKS, writeProject } from '../networks/networks.js';
import { markdownTable, writeDocs } from './write-docs.js';

/** Rounds of processes, so that noise of the machine hits all alike. */
const ROUNDS = 9;
const README = 'README.md';

/** What is measured, each in a process of its own that loads nothing else. */
const FORMS = ['runtime', 'float', 'bits8', 'bits4'] as const;
type Form = (typeof FORMS)[number];

interface Measured {
  medianSeconds: number;
  peakBytes: number;
}

const TITLES: Record<string, string> = {
  mobilenetv2: 'MobileNetV2',
  'squeezenet1.1': 'SqueezeNet 1.1',
  resnet20: 'ResNet-20',
};

/**
 * The generated edge side with weights of 8 and of 4 bits against the same side in float: onnxruntime-node, one thread,
 * the same sample. Time is the median of an inference in the fastest round (the edge side's includes making the
 * payload), memory the peak of the process; beside it that of a process with onnxruntime and no model.
 */
export async function bench({
  smoke = false,
  'write-docs': docs = false,
}: {
  smoke?: boolean;
  'write-docs'?: boolean;
}) {
  const rows = [];
  for (const name of smoke ? ['resnet20'] : ['mobilenetv2', 'squeezenet1.1', 'resnet20'])
    rows.push(await compare(name, smoke ? 1 : ROUNDS));
  const table = markdownTable(HEADER, rows.map(cells));
  if (docs) writeDocs(README, 'edge', table);
  return { result: { benchmark: 'edge', rounds: smoke ? 1 : ROUNDS, rows }, text: table.join('\n') };
}

const HEADER = [
  'network, cut in the middle',
  'float',
  '8 bits',
  '4 bits',
  'faster',
  'RAM: float',
  '8 bits',
  '4 bits',
  'no model',
  'disk: float',
  '8 bits',
  '4 bits',
];

type Row = Awaited<ReturnType<typeof compare>>;

function cells({ network, cut, measured, disk }: Row): string[] {
  const { runtime, float, bits8, bits4 } = measured;
  return [
    `${TITLES[network] ?? network} after ${cut}`,
    ...[float, bits8, bits4].map(({ medianSeconds }) => ms(medianSeconds)),
    `${(float.medianSeconds / bits8.medianSeconds).toFixed(2)}x`,
    ...[float, bits8, bits4, runtime].map(({ peakBytes }) => mb(peakBytes)),
    ...[disk.float, disk.bits8, disk.bits4].map(mb),
  ];
}

const ms = (seconds: number) => `${(1000 * seconds).toFixed(2)} ms`;
const mb = (bytes: number) => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 1)} MB`;

const CONTEXT = { run: async <T>(_: string, stage: (progress: () => void) => T | Promise<T>) => stage(() => {}) };

async function compare(name: string, rounds: number) {
  const network = NETWORKS[name];
  const workDir = await mkdtemp(path.join(tmpdir(), 'autosplit-bench-'));
  try {
    const [eight, four] = [await built(name, 8, workDir), await built(name, 4, workDir)];
    const { model, layers } = eight.planned.loaded;
    const half = extractSubgraph(model, {
      nodes: [...eight.edge].flatMap((layer) => layers[layer].nodes),
      inputs: model.graph.inputs,
      outputs: network.middle,
    });
    const floatModel = path.join(workDir, 'float-half.onnx');
    await writeModelFiles(half, floatModel, { dataFile: 'float-half.bin' });
    const sample = path.join(workDir, 'sample');
    await writeFile(sample, serialize(await eight.planned.samples.load(0)));
    const script = path.join(workDir, 'child.mjs');
    await writeFile(script, CHILD);
    const files: Record<Form, string> = { runtime: '', float: floatModel, bits8: eight.module, bits4: four.module };
    const runs = { runtime: [], float: [], bits8: [], bits4: [] } as Record<Form, Measured[]>;
    for (let round = 0; round < rounds; round++)
      for (const form of FORMS) runs[form].push(await measure(script, form, files[form], sample));
    const best = (form: Form): Measured => ({
      // The least disturbed round.
      medianSeconds: Math.min(...runs[form].map((run) => run.medianSeconds)),
      peakBytes: median(runs[form].map((run) => run.peakBytes)),
    });
    return {
      network: name,
      cut: network.middle.map((tensor) => `\`${tensor}\``).join(' '),
      measured: Object.fromEntries(FORMS.map((form) => [form, best(form)])) as Record<Form, Measured>,
      disk: {
        float: await sizeOf([floatModel, path.join(workDir, 'float-half.bin')]),
        bits8: eight.disk,
        bits4: four.disk,
      },
    };
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/**
 * The edge half of the cut in the middle with weights of so many bits: where its module lies, and what its model takes
 * on disk.
 */
async function built(name: string, weightBits: number, workDir: string) {
  const network = NETWORKS[name];
  const project = await writeProject(
    { ...network, validation: undefined, calibration: { ...network.calibration, samples: 16 } },
    {
      edge: { preset: 'raspberry-pi-4', bits: { weights: [weightBits], wire: [8] } },
      effort: 'fast',
      split: { after: network.middle },
    },
  );
  try {
    const [config] = await loadConfig({ cwd: project });
    const own = path.join(workDir, `at-${weightBits}`);
    await mkdir(own);
    const context = { ...CONTEXT, workDir: own };
    const planned = await plan(config, context);
    const { bundle, split } = await make(planned, context);
    const staged = await stageFolder(path.join(own, 'bundle'), bundle.files);
    const disk = await sizeOf(['model.onnx', 'weights.bin'].map((file) => path.join(staged, 'edge', file)));
    return { planned, edge: split.decision.edge, module: path.join(staged, 'edge/edge.mjs'), disk };
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

async function sizeOf(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function measure(script: string, form: Form, file: string, sample: string): Promise<Measured> {
  const runtime = path.resolve('dist/verify-resolve.mjs');
  const { stdout } = await execa(process.execPath, ['--import', runtime, script, form, file, sample]);
  return JSON.parse(stdout);
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];

/**
 * Loads one form, runs it, prints the median and the peak memory of the process. On Linux that is VmHWM: what getrusage
 * gives a child begins at the size of its parent.
 */
const CHILD = `
import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { deserialize } from 'node:v8';
const [form, file, sample] = process.argv.slice(2);
const feeds = deserialize(readFileSync(sample));
const peakBytes = () => {
  const status = '/proc/self/status';
  if (!existsSync(status)) return process.resourceUsage().maxRSS * 1024;
  return Number(/^VmHWM:\\s+(\\d+) kB$/m.exec(readFileSync(status, 'utf8'))[1]) * 1024;
};
let infer;
if (form.startsWith('bits')) {
  const { createEdge } = await import(pathToFileURL(file).href);
  const edge = await createEdge({ cloud: 'http://127.0.0.1:9', threads: 1 });
  const inputs = Object.fromEntries(Object.entries(feeds).map(([name, { data }]) => [name, data]));
  infer = () => edge.encode(inputs);
} else {
  const ort = await import('onnxruntime-node');
  if (form === 'runtime') infer = async () => {};
  else {
    const session = await ort.InferenceSession.create(file, { intraOpNumThreads: 1, interOpNumThreads: 1, graphOptimizationLevel: 'all' });
    const tensors = Object.fromEntries(Object.entries(feeds).map(([name, { dtype, data, shape }]) => [name, new ort.Tensor(dtype, data, shape)]));
    infer = () => session.run(tensors);
  }
}
const times = [];
for (let i = 0; i < 60; i++) {
  const started = performance.now();
  await infer();
  if (i >= 10) times.push((performance.now() - started) / 1000);
}
times.sort((a, b) => a - b);
console.log(JSON.stringify({ medianSeconds: times[times.length >> 1], peakBytes: peakBytes() }));
process.exit(0);
`;
