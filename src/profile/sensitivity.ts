import type { TensorValue } from '../inference/session.js';
import { dequantizeAffine, dequantizeAffineAxis, quantizeAffine } from '../numerics/affine.js';
import { classDivergence, relativeSquaredError } from '../numerics/divergence.js';
import type { ActivationQuantizer } from '../numerics/range.js';
import { ERROR_BITS, roundSignificant } from '../numerics/round.js';
import { floatAttribute } from '../onnx/attributes.js';
import type { Graph, Layer, Model, Node } from '../onnx/graph.js';
import { takeColumns } from '../rounding/columns.js';
import { type Gram, openGram } from '../rounding/gram.js';
import { refineLayer } from '../rounding/layer.js';
import { openSuffix } from '../rounding/suffix.js';
import { advance, type Walk } from '../rounding/walk.js';
import type { IntegerWeights } from '../rounding/weights.js';
import { windowShape } from '../rounding/windows.js';
import type { SampleSet } from '../samples/open.js';
import type { IntegerGraph } from '../targets/integer.js';
import { readWeights, type WeightedNode } from '../targets/weighted.js';
import { progressBar } from '../util/progress.js';
import type { TensorProfile } from './profile.js';
import { dimsOf, elementsOf } from './shapes.js';

/** `classes`: divergence of what a classifier says; `values`: relative squared error of the outputs. */
export type SensitivityMeasure = 'classes' | 'values';

export interface SensitivityOptions {
  model: Model;
  layers: readonly Layer[];
  integer: IntegerGraph;
  tensors: ReadonlyMap<string, TensorProfile>;
  samples: SampleSet;
  weightBits: readonly number[];
  measure: SensitivityMeasure;
  workDir: string;
  threads?: number | undefined;
  progress?: (text: string) => void;
}

/** What one layer or one tensor at few bits does to the outputs of the network, all else in float; means over the samples. */
export interface Sensitivity {
  /** By layer index, by bits of the weights. */
  weights: Map<number, Map<number, number>>;
  /** By tensor, by bits. */
  tensors: Map<string, Map<number, number>>;
}

/** Samples that are run, by how large the network is; a layer or tensor is measured on all of them. */
const [LEAST_SAMPLES, MOST_SAMPLES] = [8, 32];
const KEPT_BYTES = 32 * 2 ** 20;
/** Multiplications spent on rounding a layer: what is wanted is its error, not its codes. */
const WORK = 2e8;

/** What is fed in place of the float values: by bits, by tensor, one value for all samples or one for each. */
type Variants = ReadonlyMap<number, Readonly<Record<string, readonly TensorValue[]>>>;

/** Runs the float network once, layer by layer, and what is behind each layer once for each of its bit-widths. */
export async function measureSensitivity(options: SensitivityOptions): Promise<Sensitivity> {
  const { model, layers, integer, tensors, workDir, threads, progress = () => {} } = options;
  const { graph } = model;
  const found: Sensitivity = { weights: new Map(), tensors: new Map() };
  const walking = { workDir, threads, dtypeOf: (name: string) => graph.values.get(name)?.dtype ?? 'float32' };
  const gram = await openGram(workDir, threads);
  try {
    let walk: Walk = { position: 0, kept: await loadSamples(options) };
    const reference = await outputsBehind(options, walk, []);
    for (const [index, layer] of layers.entries()) {
      const at = layer.nodes.find((node) => integer.roles[node] === 'weighted');
      if (at !== undefined && at >= walk.position) {
        walk = await advance(walk, model, at, walking);
        found.weights.set(index, await errorsBehind(options, walk, reference, await roundedWeights(options, walk, graph.nodes[at], gram)));
      }
      walk = await advance(walk, model, Math.max(walk.position, layer.nodes[layer.nodes.length - 1] + 1), walking);
      for (const output of layer.outputs) {
        const values = walk.kept.get(output);
        const quantizers = tensors.get(output)?.quantizers;
        if (!values || !quantizers) continue;
        const rough = [...quantizers].map(
          ([bits, quantizer]) => [bits, { [output]: values.map((value) => roughened(value, quantizer)) }] as const,
        );
        found.tensors.set(output, await errorsBehind(options, walk, reference, new Map(rough)));
      }
      progress(progressBar('sensitivity', index + 1, layers.length));
    }
  } finally {
    await gram.close();
  }
  return found;
}

async function loadSamples({ model, layers, samples }: SensitivityOptions): Promise<Map<string, TensorValue[]>> {
  const elements = (names: readonly string[]) => names.reduce((sum, name) => sum + elementsOf(model.graph, name), 0);
  const widest = layers.reduce((most, layer) => Math.max(most, elements(layer.inputs) + elements(layer.outputs)), 1);
  const count = Math.min(samples.count, Math.max(LEAST_SAMPLES, Math.min(MOST_SAMPLES, Math.floor(KEPT_BYTES / (4 * widest)))));
  const values = new Map<string, TensorValue[]>(model.graph.inputs.map(({ name }) => [name, []]));
  for (let i = 0; i < count; i++) {
    const feeds = await samples.load(Math.floor(((i + 0.5) * samples.count) / count));
    for (const [name, list] of values) list.push(feeds[name]);
  }
  return values;
}

/** Weights and bias of a node as they are at each bit-width, rounded for what the float network reads there. */
async function roundedWeights(
  { model, tensors, integer, weightBits }: SensitivityOptions,
  walk: Walk,
  node: Node,
  gram: Gram,
): Promise<Variants> {
  const { graph } = model;
  const root = integer.codes.get(node.inputs[0])?.root ?? node.inputs[0];
  const { scale, zeroPoint } = tensors.get(root)?.quantizers.get(8) ?? { scale: 1, zeroPoint: 0 };
  const read = readWeights(node, graph);
  const window = windowShape(node, dimsOf(graph, node.inputs[0]) ?? [], read.dims, zeroPoint);
  const codes = (walk.kept.get(node.inputs[0]) ?? []).map(({ data }) => quantizeAffine(data as Float32Array, scale, zeroPoint, 8));
  const columns = takeColumns(window, codes);
  const variants = new Map<number, Record<string, TensorValue[]>>();
  for (const bits of weightBits) {
    const weights = await refineLayer({
      read,
      bits,
      input: { scale, zeroPoint },
      halves: [{ x: columns, y: columns }],
      gram,
      steps: { rounding: 'gptq', biasCorrection: true },
      work: WORK,
    });
    variants.set(bits, constantsOf(node, read, weights, graph));
  }
  return variants;
}

function constantsOf(node: Node, { axis, dims }: WeightedNode, weights: IntegerWeights, graph: Graph): Record<string, TensorValue[]> {
  const zeros = weights.scales.map(() => 0);
  // Alpha and beta of a Gemm, which the integer weights contain.
  const [alpha, beta] = node.op === 'Gemm' ? [floatAttribute(node, 'alpha', 1), floatAttribute(node, 'beta', 1)] : [1, 1];
  const values = dequantizeAffineAxis(weights.codes, dims, axis, weights.scales, zeros).map((value) => value / alpha);
  const constants: Record<string, TensorValue[]> = { [node.inputs[1]]: [{ dtype: 'float32', shape: dims, data: values }] };
  const { bias, biasScales } = weights;
  const shape = graph.initializers.get(node.inputs[2])?.dims;
  if (bias && biasScales && shape?.reduce((a, b) => a * b, 1) === bias.length)
    constants[node.inputs[2]] = [{ dtype: 'float32', shape, data: biasScales.map((value, i) => (value * bias[i]) / beta) }];
  return constants;
}

function roughened(value: TensorValue, { scale, zeroPoint, bits }: ActivationQuantizer): TensorValue {
  return { ...value, data: dequantizeAffine(quantizeAffine(value.data as Float32Array, scale, zeroPoint, bits), scale, zeroPoint) };
}

type Outputs = Readonly<Record<string, TensorValue>>;

async function outputsBehind(
  { model, workDir, threads }: SensitivityOptions,
  walk: Walk,
  constants: readonly string[],
): Promise<Outputs[]> {
  const session = await openSuffix(model, walk, constants, workDir, threads);
  try {
    return await everySample(walk, (feeds) => session.run(feeds), {});
  } finally {
    await session.close();
  }
}

async function everySample(
  walk: Walk,
  run: (feeds: Outputs) => Promise<Outputs>,
  replaced: Readonly<Record<string, readonly TensorValue[]>>,
) {
  const results: Outputs[] = [];
  const count = walk.kept.values().next().value?.length ?? 0;
  for (let sample = 0; sample < count; sample++) {
    const feeds: Record<string, TensorValue> = {};
    for (const [name, values] of walk.kept) feeds[name] = values[sample];
    for (const [name, values] of Object.entries(replaced)) feeds[name] = values[values.length === 1 ? 0 : sample];
    results.push(await run(feeds));
  }
  return results;
}

/** Mean error of the outputs, by bits. */
async function errorsBehind(
  options: SensitivityOptions,
  walk: Walk,
  reference: readonly Outputs[],
  variants: Variants,
): Promise<Map<number, number>> {
  const { model, workDir, threads, measure } = options;
  const names = [...new Set([...variants.values()].flatMap((given) => Object.keys(given)))];
  const session = await openSuffix(
    model,
    walk,
    names.filter((name) => !walk.kept.has(name)),
    workDir,
    threads,
  );
  const errors = new Map<number, number>();
  try {
    for (const [bits, given] of variants) {
      const results = await everySample(walk, (feeds) => session.run(feeds), given);
      const sum = results.reduce((total, outputs, sample) => total + outputError(reference[sample], outputs, measure), 0);
      errors.set(bits, roundSignificant(sum / Math.max(1, results.length), ERROR_BITS));
    }
  } finally {
    await session.close();
  }
  return errors;
}

/** Outputs that are made before a layer do not change with it. */
function outputError(reference: Outputs, outputs: Outputs, measure: SensitivityOptions['measure']): number {
  let sum = 0;
  for (const [name, { dtype, data }] of Object.entries(outputs)) {
    if (dtype !== 'float32') continue;
    const [exact, made] = [reference[name].data as Float32Array, data as Float32Array];
    sum += measure === 'classes' ? classDivergence(exact, made) : relativeSquaredError(exact, made);
  }
  return sum;
}
