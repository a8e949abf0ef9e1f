import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runIsolated } from '../inference/isolated.js';
import type { Fact, Graph, Model } from '../onnx/graph.js';
import { readModel } from '../onnx/read.js';
import { bodiesOf } from '../onnx/scope.js';
import { writeModelFiles } from '../onnx/write.js';

export interface OptimiseOptions {
  /** @default 120 */
  timeoutSeconds?: number;
  /** Gives the files of an earlier run on the same model, or those of this one. */
  remember?: (compute: () => Promise<OptimisedFiles>) => Promise<OptimisedFiles>;
}

/** Bytes of the optimised model by file name. */
export type OptimisedFiles = Map<string, Uint8Array>;

/** A model with more bytes of weights is not handed to `remember`: it would have to be in memory. */
const MAX_REMEMBERED = 512 * 2 ** 20;

/**
 * Lets onnxruntime fold constants, BatchNorm and whatever else its level `basic` removes; operators stay those of the
 * standard. The result is the same for the same model. Its weights stay in a new folder below `workDir`, which must
 * outlive the model.
 * @param model normalised
 * @throws AutosplitError MODEL_UNSUPPORTED with onnxruntime's reason, INFERENCE_FAILED where it crashes or hangs
 */
export async function optimise(model: Model, workDir: string, options: OptimiseOptions = {}): Promise<Model> {
  const folder = await mkdtemp(path.join(workDir, 'optimised-'));
  const { remember, ...limits } = options;
  const weights = [...model.graph.initializers.values()].reduce(
    (sum, { data }) => sum + (data.kind === 'file' ? data.length : 0),
    0,
  );
  if (remember && weights <= MAX_REMEMBERED) {
    const files = await remember(async () => {
      await optimiseInto(folder, model, limits);
      return filesOf(folder);
    });
    for (const [name, bytes] of files) await writeFile(path.join(folder, name), bytes);
  } else await optimiseInto(folder, model, limits);
  const optimised = readModel(path.join(folder, OUTPUT));
  const { graph } = optimised;
  // onnxruntime leaves out the shapes of outputs that it cannot infer, and calls unknown dimensions by names of its
  // own.
  const outputs = graph.outputs.map((fact): Fact => (isConcrete(fact) ? fact : { ...fact, shape: undefined }));
  const values = new Map([...graph.values].filter(([, fact]) => isConcrete(fact)));
  return {
    ...optimised,
    producer: model.producer,
    opsets: usedOpsets(optimised),
    graph: { ...graph, name: model.graph.name, outputs, values },
  };
}

const OUTPUT = 'optimised.onnx';
const OUTPUT_DATA = 'optimised.bin';

async function optimiseInto(folder: string, model: Model, options: { timeoutSeconds?: number }): Promise<void> {
  const input = path.join(folder, 'normalised.onnx');
  await writeModelFiles(model, input, { dataFile: 'normalised.bin' });
  await runIsolated(
    'optimise',
    { model: input, output: path.join(folder, OUTPUT), dataFile: OUTPUT_DATA },
    {
      ...options,
      refusal: 'MODEL_UNSUPPORTED',
      doing: 'optimising the model',
      hint: 'the network must load in onnxruntime on a CPU, with these input shapes and at its default level of optimisation',
    },
  );
  await Promise.all(['normalised.onnx', 'normalised.bin'].map((name) => rm(path.join(folder, name), { force: true })));
}

/** The model and, where there are large weights, its data file. */
async function filesOf(folder: string): Promise<OptimisedFiles> {
  const model = await readFile(path.join(folder, OUTPUT));
  const data = await readFile(path.join(folder, OUTPUT_DATA)).catch(() => undefined);
  return new Map([[OUTPUT, model], ...(data ? [[OUTPUT_DATA, data] as const] : [])]);
}

function isConcrete({ dtype, shape }: Fact): boolean {
  return dtype !== undefined && shape?.every((dim) => typeof dim === 'number') === true;
}

/** onnxruntime imports every domain it knows; other runtimes know fewer. */
function usedOpsets({ opsets, graph, functions }: Model): Model['opsets'] {
  if (functions.length > 0) return opsets;
  const used = new Set(['']);
  const visit = (body: Graph) => {
    for (const node of body.nodes) {
      used.add(node.domain);
      for (const inner of bodiesOf(node)) visit(inner);
    }
  };
  visit(graph);
  return new Map([...opsets].filter(([domain]) => used.has(domain)));
}
