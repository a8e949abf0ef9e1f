import { carriedSamples, loadInputs } from '../calibrate/kept-samples.js';
import type { Profile } from '../calibrate/profile.js';
import { quantizeAffine } from '../numerics/affine.js';
import { makeInitializer } from '../onnx/build.js';
import { dimsOf } from '../onnx/dims.js';
import type { Layer, Model } from '../onnx/graph.js';
import { readNames } from '../onnx/scope.js';
import { im2colOf, readWeights, type WeightShape } from '../ops/weights.js';
import { takeColumns } from '../ptq/columns.js';
import { type Gram, openGram } from '../ptq/gram.js';
import { gatherHalves, type RefineLayer, refineLayer, type WeightRounding } from '../ptq/layer.js';
import { advance, type Walk } from '../ptq/walk.js';
import type { IntegerWeights } from '../ptq/weights.js';
import { elementCount } from '../runtime/types.js';
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

/** A cache of the weights of single layers. */
export interface KeptWeights {
  /** Key that all layers share: model, samples, target, ranges and steps. */
  fitted: unknown;
  find(key: string): Promise<IntegerWeights | undefined>;
  keep(key: string, weights: IntegerWeights): Promise<void>;
}

/** Maximum samples that weights are rounded on. */
const MAX_SAMPLES = 64;
/** Maximum bytes of activations that both models keep between layers. */
const KEPT_BYTES = 512 * 2 ** 20;
/** A float32 of the float model and a code of the integer model. */
const BYTES_PER_ELEMENT = 5;
/** Bits at which weights are exact enough that later layers compensate nothing. */
const WIDE_BITS = 8;

/**
 * Rounds the weights of the edge side layer by layer, in the order of the graph. The codes of a layer are the least
 * squares of its float output, given the inputs that the integer model computes with the layers rounded so far. The
 * integer model runs on integer kernels and sums of products are whole numbers, so every machine, with any number of
 * threads, finds the same codes.
 * @returns weights by node of the graph; empty where no step is wanted
 */
export async function refineWeights(
  decision: SplitDecision,
  options: RefineOptions,
): Promise<Map<number, IntegerWeights>> {
  const { model, layers, profile, samples, steps, kept } = options;
  if (decision.edge.size === 0 || (steps.rounding === 'nearest' && !steps.biasCorrection)) return new Map();
  const drafts = edgeDrafts(decision, model, layers, profile, edgeQuantizer(profile));
  const shapes = [...decision.edge].map((layer) => profile.layers[layer].shape);
  const count = fittedSamples(carriedSamples(shapes, KEPT_BYTES, BYTES_PER_ELEMENT));
  const indices = spreadIndices(samples.count, count);
  const places = drafts.draft.places.map(({ node, layer, start }, i) => ({
    node,
    position: drafts.positions[i],
    start,
    bits: decision.weightBits[layer],
  }));
  const keys = kept && chainKeys(places, drafts.float, drafts.integer, { fitted: kept.fitted, indices });
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
  return roundPlaces({ decision, drafts, indices, known, count: last + 1, keep }, options);
}

/** Rounded down to a power of two, so that cuts of similar size use the same samples and share cached weights. */
const fittedSamples = (affordable: number): number => 2 ** Math.floor(Math.log2(Math.min(MAX_SAMPLES, affordable)));

type Quantizer = ReturnType<typeof edgeQuantizer>;

/** The edge side in float and on integers, with the places of its weights in both. */
interface EdgeDrafts {
  float: WalkedModel;
  integer: WalkedModel;
  /** The integer side with weights that are still blank. */
  draft: EdgeGraph;
  /** Index of the node in the float side, by place. */
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
  /** Tensors that the cloud reads, with the roles of the nodes that read them. */
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
    weights: (_node, _layer, source) => blankWeights(source),
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

/** Placeholder weights; no node runs on them before they are rounded. */
function blankWeights({ dims, channels, hasBias }: WeightShape): IntegerWeights {
  const scales = new Float32Array(channels).fill(1);
  return {
    bits: WIDE_BITS,
    codes: new Int8Array(elementCount(dims)),
    scales,
    bias: hasBias ? new Int32Array(channels) : undefined,
    biasScales: hasBias ? scales : undefined,
    mse: 0,
    steps: { rounding: 'nearest', biasCorrected: false, nearestMse: 0, outputError: null },
  };
}

interface Rounding {
  decision: SplitDecision;
  drafts: EdgeDrafts;
  /** Indices of the samples that weights are rounded on. */
  indices: readonly number[];
  /** Weights that were found in the cache, by node. */
  known: ReadonlyMap<number, IntegerWeights>;
  /** Places to go through: up to the last one whose weights are unknown. */
  count: number;
  keep: (place: number, weights: IntegerWeights) => Promise<void>;
}

async function roundPlaces({ decision, drafts, indices, known, count, keep }: Rounding, options: RefineOptions) {
  const { model, samples, steps, workDir, threads, progress = () => {} } = options;
  const { draft, positions } = drafts;
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
    let isCompensating = false;
    for (const [done, place] of draft.places.slice(0, count).entries()) {
      const bits = decision.weightBits[place.layer];
      float = await advance(float, drafts.float.model, positions[done], {
        ...walking,
        dtypeOf: dtypeIn(model),
        isExact: true,
        alsoGiven: drafts.float.alsoGiven,
      });
      integer = await advance(integer, quantized, place.start, { ...walking, alsoGiven: drafts.integer.alsoGiven });
      const weights =
        known.get(place.node) ??
        refineLayer({
          ...(await layerStatistics(model, place, { float, integer, gram, isCompensating })),
          bits,
          steps,
        });
      if (!known.has(place.node)) await keep(done, weights);
      refined.set(place.node, weights);
      quantized = withWeights(quantized, place, weights);
      // While all weights before have 8 bits, inputs differ by rounding of activations alone, which is noise.
      isCompensating ||= bits < WIDE_BITS;
      tellCount(progress, 'rounding', done + 1, count);
    }
  } finally {
    await gram.close();
  }
  return refined;
}

/**
 * Moments of the inputs of a layer in both models, over all samples. With error compensation also over two halves of
 * the samples, one of which is held out.
 */
async function layerStatistics(
  { graph }: Model,
  place: WeightedPlace,
  { float, integer, gram, isCompensating }: { float: Walk; integer: Walk; gram: Gram; isCompensating: boolean },
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
  return { read, input: place.input, statistics: isCompensating ? { all, halves: each } : { all } };
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
