import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { runIsolated } from '../inference/isolated.js';
import type { Fact, Graph, Model } from './graph.js';
import { readModel } from './read.js';
import { bodiesOf } from './scope.js';
import { writeModelFiles } from './write.js';

export interface OptimiseOptions {
  /** @default 120 */
  timeoutSeconds?: number;
}

/**
 * Lets onnxruntime fold constants, BatchNorm and whatever else its level `basic` removes; operators stay those of the standard.
 * The result is the same for the same model. Its weights stay in a new folder below `workDir`, which must outlive the model.
 * @param model normalised
 * @throws AutosplitError MODEL_UNSUPPORTED with onnxruntime's reason, INFERENCE_FAILED where it crashes or hangs
 */
export async function optimise(model: Model, workDir: string, options: OptimiseOptions = {}): Promise<Model> {
  const folder = await mkdtemp(path.join(workDir, 'optimised-'));
  const input = path.join(folder, 'normalised.onnx');
  const output = path.join(folder, 'optimised.onnx');
  await writeModelFiles(model, input, { dataFile: 'normalised.bin' });
  await runIsolated(
    'optimise',
    { model: input, output, dataFile: 'optimised.bin' },
    {
      ...options,
      refusal: 'MODEL_UNSUPPORTED',
      doing: 'optimising the model',
      hint: 'the network must load in onnxruntime on a CPU, with these input shapes and at its default level of optimisation',
    },
  );
  await Promise.all(['normalised.onnx', 'normalised.bin'].map((name) => rm(path.join(folder, name), { force: true })));
  const optimised = readModel(output);
  const { graph } = optimised;
  // onnxruntime leaves out the shapes of outputs that it cannot infer, and calls unknown dimensions by names of its own.
  const outputs = graph.outputs.map((fact): Fact => (isConcrete(fact) ? fact : { ...fact, shape: undefined }));
  const values = new Map([...graph.values].filter(([, fact]) => isConcrete(fact)));
  return {
    ...optimised,
    producer: model.producer,
    opsets: usedOpsets(optimised),
    graph: { ...graph, name: model.graph.name, outputs, values },
  };
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
