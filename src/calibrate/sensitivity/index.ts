import type { TensorValue } from '../../inference/session.js';
import { roundSignificant, SENSITIVITY_BITS } from '../../numerics/round.js';
import type { Layer, Model } from '../../onnx/graph.js';
import type { IntegerGraph } from '../../ops/integer.js';
import { outputLoss } from '../../outputs/compare.js';
import type { Outputs } from '../../outputs/elements.js';
import { innerTensors, type OutputFact } from '../../outputs/fact.js';
import { openGram } from '../../ptq/gram.js';
import { openSuffix } from '../../ptq/suffix.js';
import { advance, type Walk } from '../../ptq/walk.js';
import type { SampleSet } from '../../samples/open.js';
import { type Progress, tellCount } from '../../util/progress.js';
import { spreadIndices } from '../../util/spread.js';
import { carriedSamples, loadInputs } from '../kept-samples.js';
import { weightedNode } from '../layers.js';
import type { LayerProfile, TensorProfile } from '../profile.js';
import { affordableEffort, type SensitivityEffort, splitSamples, widthsToRun } from './effort.js';
import { tensorVariants, type Variant, weightVariants } from './variants.js';

/** What the outputs lose; null where nothing that they are made from is run behind. */
type Loss = number | null;

export interface SensitivityOptions {
  model: Model;
  layers: readonly Layer[];
  profiles: readonly LayerProfile[];
  integer: IntegerGraph;
  tensors: ReadonlyMap<string, TensorProfile>;
  samples: SampleSet;
  /**
   * Widths that are wanted of weights and of tensors; profiles and quantizers are there at these and at {@link
   * TELLING_BITS}.
   */
  bits: { weights: readonly number[]; tensors: readonly number[] };
  /** How the outputs are compared. */
  outputs: readonly OutputFact[];
  /** Multiply-adds that may be spent. */
  mostMacs: number;
  /** Keeps what each width of each layer and tensor does, given how much is run. @default nothing is kept */
  remember?: (
    effort: SensitivityEffort,
    runs: readonly string[],
    compute: (missing: readonly string[]) => Promise<Map<string, Loss>>,
  ) => Promise<Map<string, Loss>>;
  workDir: string;
  threads?: number | undefined;
  progress?: Progress;
}

/**
 * What one layer or one tensor at few bits does to the outputs of the model, all else in float; means over samples, by
 * bits.
 */
export interface Sensitivity {
  /** By layer index, by bits of the weights. */
  weights: Map<number, Map<number, number>>;
  /** By tensor, by bits. */
  tensors: Map<string, Map<number, number>>;
}

/** Samples that are run at most, and the bytes that they may take between two layers. */
const MAX_SAMPLES = 96;
const KEPT_BYTES = 512 * 2 ** 20;

const weightRun = (layer: number, bits: number) => `layer ${layer} ${bits}`;
const tensorRun = (tensor: string, bits: number) => `tensor ${tensor} ${bits}`;

/**
 * Runs the float model once, layer by layer, and what is behind each layer once for each of its bit-widths.
 * @returns undefined for models whose size makes that too long
 */
export async function measureSensitivity(options: SensitivityOptions): Promise<Sensitivity | undefined> {
  const {
    layers,
    profiles,
    integer,
    tensors,
    bits,
    mostMacs,
    remember = (_, runs, compute) => compute(runs),
  } = options;
  const effort = affordableEffort(layers, profiles, tensors, mostMacs);
  if (!effort) return undefined;
  const ofWeights = widthsToRun(bits.weights, effort.everyWidth);
  const ofTensors = widthsToRun(bits.tensors, effort.everyWidth);
  const weighted = [...layers.keys()].filter((index) => weightedNode(layers[index], integer) !== undefined);
  const quantized = layers.flatMap(({ outputs }) => outputs.filter((name) => tensors.get(name)?.quantizers.size));
  const runs = [
    ...weighted.flatMap((index) => ofWeights.map((width) => weightRun(index, width))),
    ...quantized.flatMap((name) => ofTensors.map((width) => tensorRun(name, width))),
  ];
  const losses = await remember(effort, runs, (missing) => runModel(options, effort, new Set(missing)));
  const errorsOf = (widths: readonly number[], run: (width: number) => string, mse: ReadonlyMap<number, number>) => {
    const measured = widths.flatMap((width) => {
      const loss = losses.get(run(width));
      return typeof loss === 'number' ? [[width, loss] as const] : [];
    });
    return measured.length > 0 ? completed(new Map(measured), mse) : undefined;
  };
  const found: Sensitivity = { weights: new Map(), tensors: new Map() };
  for (const index of weighted) {
    const errors = errorsOf(ofWeights, (width) => weightRun(index, width), profiles[index].weightErrors);
    if (errors) found.weights.set(index, errors);
  }
  for (const name of quantized) {
    const mse = new Map([...(tensors.get(name)?.quantizers ?? [])].map(([width, quantizer]) => [width, quantizer.mse]));
    const errors = errorsOf(ofTensors, (width) => tensorRun(name, width), mse);
    if (errors) found.tensors.set(name, errors);
  }
  return found;
}

/** Runs `wanted`, in one walk through the network. */
async function runModel(
  options: SensitivityOptions,
  effort: SensitivityEffort,
  wanted: ReadonlySet<string>,
): Promise<Map<string, Loss>> {
  const { model, layers, profiles, integer, tensors, samples, workDir, threads, progress = () => {} } = options;
  const { graph } = model;
  const shapes = profiles.map(({ shape }) => shape);
  const count = Math.min(samples.count, MAX_SAMPLES, carriedSamples(shapes, KEPT_BYTES, 4));
  const { rounded, compared } = splitSamples(count, effort);
  const found = new Map<string, Loss>([...wanted].map((name) => [name, null]));
  const walking = {
    workDir,
    threads,
    dtypeOf: (name: string) => graph.values.get(name)?.dtype ?? 'float32',
    isExact: true,
  };
  const gram = await openGram(workDir, threads);
  try {
    let walk: Walk = { position: 0, kept: await loadInputs(graph, samples, spreadIndices(samples.count, count)) };
    const of = (name: string, chosen: readonly number[]) =>
      chosen.flatMap((sample) => walk.kept.get(name)?.[sample] ?? []);
    const reference = await outputsBehind(options, walk, compared);
    const run = async (variants: ReadonlyMap<number, Variant>, name: (bits: number) => string) => {
      for (const [bits, error] of await errorsBehind(options, walk, compared, reference, variants))
        found.set(name(bits), error);
    };
    for (const [index, layer] of layers.entries()) {
      const at = weightedNode(layer, integer);
      if (at !== undefined && at >= walk.position) {
        // Parts end at the same nodes whatever is wanted, since the kernels of a part hang on all of it.
        walk = await advance(walk, model, at, walking);
        const node = graph.nodes[at];
        const widths = [...profiles[index].weightErrors.keys()].filter((bits) => wanted.has(weightRun(index, bits)));
        if (widths.length > 0)
          await run(
            await weightVariants({ graph, node, read: of(node.inputs[0], rounded), integer, tensors, widths, gram }),
            (bits) => weightRun(index, bits),
          );
      }
      walk = await advance(walk, model, Math.max(walk.position, layer.nodes[layer.nodes.length - 1] + 1), walking);
      for (const output of layer.outputs) {
        const quantizers = tensors.get(output)?.quantizers ?? new Map();
        const widths = [...quantizers.keys()].filter((bits) => wanted.has(tensorRun(output, bits)));
        const isLast = !walk.kept.has(output) && graph.outputs.some(({ name }) => name === output);
        if (widths.length === 0 || !(isLast || walk.kept.has(output))) continue;
        const values = isLast ? reference.map((given) => given[output]) : of(output, compared);
        const variants = tensorVariants(output, values, quantizers, widths);
        const errors = isLast
          ? errorsAt(options.outputs, reference, variants)
          : await errorsBehind(options, walk, compared, reference, variants);
        for (const [bits, error] of errors) found.set(tensorRun(output, bits), error);
      }
      tellCount(progress, 'sensitivity', index + 1, layers.length);
    }
  } finally {
    await gram.close();
  }
  return found;
}

/**
 * Errors of the outputs for every width: those that were measured, and from the nearest of them in the ratio of the
 * squared errors of the tensor itself those that were not. Fewer bits are never better: that would be chance.
 */
function completed(measured: ReadonlyMap<number, number>, mse: ReadonlyMap<number, number>): Map<number, number> {
  const errorAt = (bits: number): number => {
    const [nearest] = [...measured.keys()].sort((a, b) => Math.abs(a - bits) - Math.abs(b - bits) || a - b);
    const error = measured.get(nearest) ?? 0;
    return nearest === bits ? error : (error * (mse.get(bits) ?? 0)) / (mse.get(nearest) || 1);
  };
  const errors = new Map<number, number>();
  let most = 0;
  for (const bits of [...mse.keys()].sort((a, b) => b - a)) {
    most = Math.max(most, errorAt(bits));
    errors.set(bits, roundSignificant(most, SENSITIVITY_BITS));
  }
  return errors;
}

async function outputsBehind(
  { model, outputs, workDir, threads }: SensitivityOptions,
  walk: Walk,
  compared: readonly number[],
): Promise<Outputs[]> {
  const session = await openSuffix(model, walk, { inner: innerTensors(outputs), workDir, threads });
  try {
    const results: Outputs[] = [];
    for (const sample of compared) results.push(await session.run(feedsAt(walk, sample)));
    return results;
  } finally {
    await session.close();
  }
}

const feedsAt = (walk: Walk, sample: number): Record<string, TensorValue> =>
  Object.fromEntries([...walk.kept].map(([name, values]) => [name, values[sample]]));

/** Mean error of the outputs where a tensor that nothing reads, an output itself, is replaced; by bits. */
function errorsAt(
  facts: readonly OutputFact[],
  reference: readonly Outputs[],
  variants: ReadonlyMap<number, Variant>,
): Map<number, number> {
  const ofSample = (given: Variant) => (exact: Outputs, i: number) =>
    outputLoss(facts, Object.fromEntries(Object.entries(given).map(([name, values]) => [name, values[i]])), exact);
  return new Map(
    [...variants].map(([bits, given]) => [
      bits,
      reference.map(ofSample(given)).reduce((a, b) => a + b, 0) / Math.max(1, reference.length),
    ]),
  );
}

/** Mean error of the outputs, by bits. */
async function errorsBehind(
  { model, workDir, threads, outputs }: SensitivityOptions,
  walk: Walk,
  compared: readonly number[],
  reference: readonly Outputs[],
  variants: ReadonlyMap<number, Variant>,
): Promise<Map<number, number>> {
  const names = [...new Set([...variants.values()].flatMap((given) => Object.keys(given)))];
  const constants = names.filter((name) => !walk.kept.has(name));
  const session = await openSuffix(model, walk, { constants, inner: innerTensors(outputs), workDir, threads });
  const errors = new Map<number, number>();
  try {
    for (const [bits, given] of variants) {
      let sum = 0;
      for (const [i, sample] of compared.entries()) {
        const exact = feedsAt(walk, sample);
        const feeds = { ...exact };
        for (const [name, values] of Object.entries(given)) feeds[name] = values[values.length === 1 ? 0 : i];
        // Scores in front of an ArgMax may be among what is fed.
        sum += outputLoss(outputs, { ...feeds, ...(await session.run(feeds)) }, { ...exact, ...reference[i] });
      }
      errors.set(bits, sum / Math.max(1, compared.length));
    }
  } finally {
    await session.close();
  }
  return errors;
}
