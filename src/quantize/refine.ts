import { carriedSamples, loadInputs } from '../calibrate/kept-samples.js';
import type { Profile } from '../calibrate/profile.js';
import { quantizeAffine } from '../numerics/affine.js';
import { makeInitializer } from '../onnx/build.js';
import { dimsOf } from '../onnx/dims.js';
import type { Layer, Model } from '../onnx/graph.js';
import { readNames } from '../onnx/scope.js';
import { im2colOf, readWeights, type WeightedNode } from '../ops/weights.js';
import { takeColumns } from '../ptq/columns.js';
import { type Gram, openGram } from '../ptq/gram.js';
import { gatherHalves, type RefineLayer, refineLayer, type WeightRounding } from '../ptq/layer.js';
import { advance, type Walk } from '../ptq/walk.js';
import type { IntegerWeights } from '../ptq/weights.js';
import type { SampleSet } from '../samples/open.js';
import { type Progress, tellCount } from '../util/progress.js';
import { spreadIndices } from '../util/spread.js';
import type { SplitDecision } from './decision.js';
import { type EdgeGraph, edgeGraph, type WeightedPlace } from './edge-graph.js';
import { edgeQuantizer } from './index.js';
import { chainKeys, type WalkedModel } from './rounding-chain.js';

export interface RefineOptions {
  model: Model;
  layers: readonly Layer[];
  profile: Profile;
  samples: SampleSet;
  /** Which steps are wanted. */
  steps: WeightRounding;
  /** Weights of layers that were rounded before, also for other cuts. @default nothing is kept */
  kept?: KeptWeights;
  workDir: string;
  threads?: number | undefined;
  progress?: Progress;
}

/** Keeps the weights of single layers, by what they hang on. */
export interface KeptWeights {
  /** What all of them hang on: model, samples, target, ranges and steps. */
  fitted: unknown;
  find(key: string): Promise<IntegerWeights | undefined>;
  keep(key: string, weights: IntegerWeights): Promise<void>;
}

/** Samples that refining runs on, at most. */
const MAX_SAMPLES = 64;
/** Bytes of tensors that both models may keep between layers. */
const KEPT_BYTES = 512 * 2 ** 20;
/** A value of the float model and a code of the other. */
const BYTES_PER_ELEMENT = 5;
/** Bits at which rounding of weights is no error that others make up for. */
const WIDE_BITS = 8;

/**
 * Weights of the edge side, layer by layer in the order of the graph: each is rounded for what it really reads behind
 * the layers that were rounded before it, such that it gives what it gives in the model with 8-bit weights. Both models
 * run on integer kernels and all sums are of whole numbers, so that every machine, with any number of threads, comes to
 * the same codes.
 */
export async function refineWeights(
  decision: SplitDecision,
  options: RefineOptions,
): Promise<Map<number, IntegerWeights>> {
  const { model, layers, profile, samples, steps, kept } = options;
  if (decision.edge.size === 0 || (steps.rounding === 'nearest' && !steps.biasCorrection)) return new Map();
  const halves = edgeDrafts(decision, model, layers, profile, edgeQuantizer(profile));
  const shapes = [...decision.edge].map((layer) => profile.layers[layer].shape);
  const count = fittedSamples(carriedSamples(shapes, KEPT_BYTES, BYTES_PER_ELEMENT));
  const indices = spreadIndices(samples.count, count);
  const places = halves.draft.places.map(({ node, layer, start }, i) => ({
    node,
    position: halves.positions[i],
    start,
    bits: decision.weightBits[layer],
  }));
  const keys = kept && chainKeys(places, halves.float, halves.integer, { fitted: kept.fitted, indices });
  const known = new Map<number, IntegerWeights>();
  for (const [i, { node }] of places.entries()) {
    const weights = keys && (await kept?.find(keys[i]));
    if (weights) known.set(node, weights);
  }
  const last = places.findLastIndex(({ node }) => !known.has(node));
  if (last < 0) return known;
  const keep = async (place: number, weights: IntegerWeights) => {
    if (keys) await kept?.keep(keys[place], weights);
  };
  return roundPlaces({ decision, halves, indices, known, count: last + 1, keep }, options);
}

/**
 * The largest power of two: cuts of about the same size then share their samples, and with them the weights of the
 * layers they share.
 */
const fittedSamples = (affordable: number): number => 2 ** Math.floor(Math.log2(Math.min(MAX_SAMPLES, affordable)));

type Quantizer = ReturnType<typeof edgeQuantizer>;

/** What is on the edge, in float and on integers, and where the layers with weights are in both. */
interface EdgeDrafts {
  float: WalkedModel;
  integer: WalkedModel;
  /** Its weights are none yet. */
  draft: EdgeGraph;
  /** By place, in the float side. */
  positions: number[];
}

function edgeDrafts(
  { edge }: SplitDecision,
  model: Model,
  layers: readonly Layer[],
  { integer }: Profile,
  quantizer: Quantizer,
): EdgeDrafts {
  const nodes = [...edge].flatMap((layer) => layers[layer].nodes).sort((a, b) => a - b);
  const onEdge = new Set(nodes);
  const made = new Set(nodes.flatMap((index) => model.graph.nodes[index].outputs));
  /** Made here and read in the cloud, with the roles of those who read it. */
  const crossing = new Map<string, Set<string>>();
  for (const [index, node] of model.graph.nodes.entries())
    if (!onEdge.has(index))
      for (const name of readNames(node))
        if (made.has(name)) crossing.set(name, (crossing.get(name) ?? new Set()).add(integer.roles[index]));
  const draft = edgeGraph({
    model,
    layers,
    edge,
    integer,
    weights: (_node, _layer, read) => blankWeights(read),
    quantizer,
    crossing: [...crossing.keys()],
  });
  const floats = [...crossing].flatMap(([name, roles]) => (roles.has('float') ? [name] : []));
  return {
    float: {
      model: { ...model, graph: { ...model.graph, nodes: nodes.map((index) => model.graph.nodes[index]) } },
      alsoGiven: new Set(crossing.keys()),
    },
    integer: { model: draft.model, alsoGiven: new Set([...draft.crossingOutputs.values(), ...floats]) },
    draft,
    positions: draft.places.map(({ node }) => nodes.indexOf(node)),
  };
}

/** The place of weights in the graph: nothing runs on them before they are rounded. */
function blankWeights({ view: { values, channels }, bias }: WeightedNode): IntegerWeights {
  const scales = new Float32Array(channels).fill(1);
  return {
    bits: WIDE_BITS,
    codes: new Int8Array(values.length),
    scales,
    bias: bias && new Int32Array(channels),
    biasScales: bias && scales,
    mse: 0,
    steps: { rounding: 'nearest', biasCorrected: false, nearestMse: 0, outputError: null },
  };
}

interface Rounding {
  decision: SplitDecision;
  halves: EdgeDrafts;
  /** Samples that it is done on. */
  indices: readonly number[];
  /** Weights that are rounded already. */
  known: ReadonlyMap<number, IntegerWeights>;
  /** Places up to the last one that is not. */
  count: number;
  keep: (place: number, weights: IntegerWeights) => Promise<void>;
}

async function roundPlaces({ decision, halves, indices, known, count, keep }: Rounding, options: RefineOptions) {
  const { model, samples, steps, workDir, threads, progress = () => {} } = options;
  const { draft, positions } = halves;
  const refined = new Map(known);
  const walking = {
    workDir,
    threads,
    dtypeOf: (name: string) => (draft.codes.has(name) ? 'uint8' : dtypeIn(model)(name)),
  };
  const gram = await openGram(workDir, threads);
  try {
    const inputs = await loadInputs(model.graph, samples, indices);
    let quantized = draft.model;
    let float: Walk = { position: 0, kept: inputs };
    let integer: Walk = { position: 0, kept: inputs };
    let isMadeUpFor = false;
    for (const [done, place] of draft.places.slice(0, count).entries()) {
      const bits = decision.weightBits[place.layer];
      float = await advance(float, halves.float.model, positions[done], {
        ...walking,
        dtypeOf: dtypeIn(model),
        isExact: true,
        alsoGiven: halves.float.alsoGiven,
      });
      integer = await advance(integer, quantized, place.start, { ...walking, alsoGiven: halves.integer.alsoGiven });
      const weights =
        known.get(place.node) ??
        refineLayer({ ...(await layerStatistics(model, place, { float, integer, gram, isMadeUpFor })), bits, steps });
      if (!known.has(place.node)) await keep(done, weights);
      refined.set(place.node, weights);
      quantized = withWeights(quantized, place, weights);
      // At 8 bits throughout, what differs before is chance: rounding of activations.
      isMadeUpFor ||= bits < WIDE_BITS;
      tellCount(progress, 'rounding', done + 1, count);
    }
  } finally {
    await gram.close();
  }
  return refined;
}

/**
 * What a layer reads in both models, in sums over all samples and, where the errors of those before it are made up for,
 * over two sides.
 */
async function layerStatistics(
  { graph }: Model,
  place: WeightedPlace,
  { float, integer, gram, isMadeUpFor }: { float: Walk; integer: Walk; gram: Gram; isMadeUpFor: boolean },
): Promise<Pick<RefineLayer, 'read' | 'input' | 'statistics'>> {
  const node = graph.nodes[place.node];
  const read = readWeights(node, graph);
  const { scale, zeroPoint } = place.input;
  const window = im2colOf(node, dimsOf(graph, node.inputs[0]) ?? [], read.dims, zeroPoint);
  const x = valuesOf(float, node.inputs[0], (data) => quantizeAffine(data as Float32Array, scale, zeroPoint, 8));
  const y = valuesOf(integer, place.codes, (data) => data as Uint8Array);
  const halves = [0, 1]
    .map((half) => [x, y].map((values) => values.filter((_, sample) => sample % 2 === half)))
    .filter(([{ length }]) => length > 0)
    .map(([of, and]) => ({ x: takeColumns(window, of), y: takeColumns(window, and) }));
  const { all, halves: each } = await gatherHalves(halves, zeroPoint, gram);
  return { read, input: place.input, statistics: isMadeUpFor ? { all, halves: each } : { all } };
}

const valuesOf = (walk: Walk, name: string, codes: (data: ArrayBufferView) => Uint8Array): Uint8Array[] =>
  (walk.kept.get(name) ?? []).map(({ data }) => codes(data));

const dtypeIn = (model: Model) => (name: string) => model.graph.values.get(name)?.dtype ?? 'float32';

function withWeights(model: Model, { names }: WeightedPlace, weights: IntegerWeights): Model {
  const initializers = new Map(model.graph.initializers);
  const replace = (name: string | undefined, values: Int8Array | Float32Array | Int32Array | undefined) => {
    const old = name === undefined ? undefined : initializers.get(name);
    if (old && values) initializers.set(old.name, makeInitializer(old.name, values, old.dims));
  };
  replace(names.codes, weights.codes);
  replace(names.scales, weights.scales);
  replace(names.bias, weights.bias);
  replace(names.biasScales, weights.biasScales);
  return { ...model, graph: { ...model.graph, initializers } };
}
