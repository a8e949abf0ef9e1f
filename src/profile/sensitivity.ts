import type { TensorValue } from '../inference/session.js';
import { roundSignificant, SENSITIVITY_BITS } from '../numerics/round.js';
import type { Layer, Model } from '../onnx/graph.js';
import { outputLoss } from '../outputs/compare.js';
import type { Outputs } from '../outputs/elements.js';
import { innerTensors, type OutputFact } from '../outputs/fact.js';
import { openGram } from '../rounding/gram.js';
import { openSuffix } from '../rounding/suffix.js';
import { advance, type Walk } from '../rounding/walk.js';
import { spreadIndices } from '../samples/names.js';
import type { SampleSet } from '../samples/open.js';
import type { IntegerGraph } from '../targets/integer.js';
import { progressBar } from '../util/progress.js';
import { carriedSamples, loadInputs } from './kept-samples.js';
import type { LayerProfile, TensorProfile } from './profile.js';
import { affordableEffort, splitSamples, widthsToRun } from './sensitivity-effort.js';
import { tensorVariants, type Variant, weightVariants } from './sensitivity-variants.js';

export interface SensitivityOptions {
  model: Model;
  layers: readonly Layer[];
  profiles: readonly LayerProfile[];
  integer: IntegerGraph;
  tensors: ReadonlyMap<string, TensorProfile>;
  samples: SampleSet;
  weightBits: readonly number[];
  /** How the outputs are compared. */
  outputs: readonly OutputFact[];
  /** Multiply-adds that may be spent. */
  mostMacs: number;
  workDir: string;
  threads?: number | undefined;
  progress?: (text: string) => void;
}

/** What one layer or one tensor at few bits does to the outputs of the network, all else in float; means over samples, by bits. */
export interface Sensitivity {
  /** By layer index, by bits of the weights. */
  weights: Map<number, Map<number, number>>;
  /** By tensor, by bits. */
  tensors: Map<string, Map<number, number>>;
}

/** Samples that are run at most, and the bytes that they may take between two layers. */
const MOST_SAMPLES = 96;
const KEPT_BYTES = 512 * 2 ** 20;

/**
 * Runs the float network once, layer by layer, and what is behind each layer once for each of its bit-widths.
 * @returns undefined for networks whose size makes that too long
 */
export async function measureSensitivity(options: SensitivityOptions): Promise<Sensitivity | undefined> {
  const { model, layers, profiles, integer, tensors, samples, weightBits, mostMacs, workDir, threads, progress = () => {} } = options;
  const { graph } = model;
  const effort = affordableEffort(layers, profiles, tensors, weightBits, mostMacs);
  if (!effort) return undefined;
  const shapes = profiles.map(({ shape }) => shape);
  const count = Math.min(samples.count, MOST_SAMPLES, carriedSamples(shapes, KEPT_BYTES, 4));
  const { rounded, compared } = splitSamples(count, effort);
  const widthsOf = (widths: readonly number[]) => widthsToRun(widths, effort.everyWidth);
  const found: Sensitivity = { weights: new Map(), tensors: new Map() };
  const walking = { workDir, threads, dtypeOf: (name: string) => graph.values.get(name)?.dtype ?? 'float32', isExact: true };
  const gram = await openGram(workDir, threads);
  try {
    let walk: Walk = { position: 0, kept: await loadInputs(graph, samples, spreadIndices(samples.count, count)) };
    const of = (name: string, chosen: readonly number[]) => chosen.flatMap((sample) => walk.kept.get(name)?.[sample] ?? []);
    const reference = await outputsBehind(options, walk, compared);
    for (const [index, layer] of layers.entries()) {
      const at = layer.nodes.find((node) => integer.roles[node] === 'weighted');
      if (at !== undefined && at >= walk.position) {
        walk = await advance(walk, model, at, walking);
        const node = graph.nodes[at];
        const read = of(node.inputs[0], rounded);
        const variants = await weightVariants({ graph, node, read, integer, tensors, widths: widthsOf(weightBits), gram });
        const errors = await errorsBehind(options, walk, compared, reference, variants);
        found.weights.set(index, completed(errors, profiles[index].weightErrors));
      }
      walk = await advance(walk, model, Math.max(walk.position, layer.nodes[layer.nodes.length - 1] + 1), walking);
      for (const output of layer.outputs) {
        const quantizers = tensors.get(output)?.quantizers;
        const isLast = !walk.kept.has(output) && graph.outputs.some(({ name }) => name === output);
        if (!quantizers || quantizers.size === 0 || !(isLast || walk.kept.has(output))) continue;
        const values = isLast ? reference.map((given) => given[output]) : of(output, compared);
        const variants = tensorVariants(output, values, quantizers, widthsOf([...quantizers.keys()]));
        const errors = isLast
          ? errorsAt(options.outputs, reference, variants)
          : await errorsBehind(options, walk, compared, reference, variants);
        found.tensors.set(output, completed(errors, new Map([...quantizers].map(([bits, { mse }]) => [bits, mse]))));
      }
      progress(progressBar('sensitivity', index + 1, layers.length));
    }
  } finally {
    await gram.close();
  }
  return found;
}

/**
 * Errors of the outputs for every width: those that were measured, and from the nearest of them in the ratio of the squared errors of the
 * tensor itself those that were not. Fewer bits are never better: that would be chance.
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
    [...variants].map(([bits, given]) => [bits, reference.map(ofSample(given)).reduce((a, b) => a + b, 0) / Math.max(1, reference.length)]),
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
