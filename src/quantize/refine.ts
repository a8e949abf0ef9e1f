import { quantizeAffine } from '../numerics/affine.js';
import { makeInitializer } from '../onnx/build.js';
import type { Layer, Model } from '../onnx/graph.js';
import { carriedSamples, loadInputs } from '../profile/kept-samples.js';
import type { Profile } from '../profile/profile.js';
import { dimsOf } from '../profile/shapes.js';
import { takeColumns } from '../rounding/columns.js';
import { openGram } from '../rounding/gram.js';
import { gatherHalves, refineLayer, type WeightRounding } from '../rounding/layer.js';
import { advance, type Walk } from '../rounding/walk.js';
import { type IntegerWeights, quantizeWeighted } from '../rounding/weights.js';
import { windowShape } from '../rounding/windows.js';
import { spreadIndices } from '../samples/names.js';
import type { SampleSet } from '../samples/open.js';
import { readWeights } from '../targets/weighted.js';
import { progressBar } from '../util/progress.js';
import type { SplitDecision } from './decision.js';
import { edgeGraph, type WeightedPlace } from './edge-graph.js';
import { edgeQuantizer } from './index.js';

export interface RefineOptions {
  model: Model;
  layers: readonly Layer[];
  profile: Profile;
  samples: SampleSet;
  /** Which steps are wanted. */
  steps: WeightRounding;
  workDir: string;
  threads?: number | undefined;
  progress?: (text: string) => void;
}

/** Samples that refining runs on, at most. */
const MOST_SAMPLES = 64;
/** Bytes of tensors that both networks may keep between layers. */
const KEPT_BYTES = 512 * 2 ** 20;
/** A value of the float network and a code of the other. */
const BYTES_PER_ELEMENT = 5;
/** Bits of weights that nothing has run on yet. */
const DRAFT_BITS = 8;

/**
 * Weights of the edge half, layer by layer in the order of the graph: each is rounded for what it really reads behind the layers
 * that were rounded before it, such that it gives what it gives in the network with 8-bit weights. Both networks run on integer
 * kernels and all sums are of whole numbers, so that every machine, with any number of threads, comes to the same codes.
 */
export async function refineWeights(decision: SplitDecision, options: RefineOptions): Promise<Map<number, IntegerWeights>> {
  const { model, layers, profile, samples, steps, workDir, threads, progress = () => {} } = options;
  const refined = new Map<number, IntegerWeights>();
  if (decision.edge.size === 0 || (steps.rounding === 'nearest' && !steps.biasCorrection)) return refined;
  const draft = edgeGraph({
    model,
    layers,
    edge: decision.edge,
    integer: profile.integer,
    weights: (_node, _layer, read, inputScale) => quantizeWeighted(read, DRAFT_BITS, inputScale),
    quantizer: edgeQuantizer(profile),
    crossing: [],
  });
  const walking = { workDir, threads, dtypeOf: (name: string) => (draft.codes.has(name) ? 'uint8' : dtypeIn(model)(name)) };
  // The float network without what is in the cloud.
  const kept = new Set([...decision.edge].flatMap((layer) => layers[layer].nodes));
  const edgeNodes = [...kept].sort((a, b) => a - b);
  const edgeOnly: Model = { ...model, graph: { ...model.graph, nodes: edgeNodes.map((index) => model.graph.nodes[index]) } };
  const positions = draft.places.map(({ node }) => edgeNodes.indexOf(node));
  const gram = await openGram(workDir, threads);
  try {
    const shapes = [...decision.edge].map((layer) => profile.layers[layer].shape);
    const count = Math.min(MOST_SAMPLES, carriedSamples(shapes, KEPT_BYTES, BYTES_PER_ELEMENT));
    const inputs = await loadInputs(model.graph, samples, spreadIndices(samples.count, count));
    let quantized = draft.model;
    let float: Walk = { position: 0, kept: inputs };
    let integer: Walk = { position: 0, kept: inputs };
    for (const [done, place] of draft.places.entries()) {
      const node = model.graph.nodes[place.node];
      float = await advance(float, edgeOnly, positions[done], { ...walking, dtypeOf: dtypeIn(model), isExact: true });
      integer = await advance(integer, quantized, place.start, walking);
      const read = readWeights(node, model.graph);
      const window = windowShape(node, dimsOf(model.graph, node.inputs[0]) ?? [], read.dims, place.input.zeroPoint);
      const { scale, zeroPoint } = place.input;
      const x = valuesOf(float, node.inputs[0], (data) => quantizeAffine(data as Float32Array, scale, zeroPoint, 8));
      const y = valuesOf(integer, place.codes, (data) => data as Uint8Array);
      const halves = [0, 1]
        .map((half) => [x, y].map((values) => values.filter((_, sample) => sample % 2 === half)))
        .filter(([{ length }]) => length > 0)
        .map(([of, and]) => ({ x: takeColumns(window, of), y: takeColumns(window, and) }));
      const { all, halves: each } = await gatherHalves(halves, zeroPoint, gram);
      // At 8 bits throughout, what differs before is chance: rounding of activations.
      const isMadeUpFor = [...refined.values()].some(({ bits }) => bits < DRAFT_BITS);
      const statistics = isMadeUpFor ? { all, halves: each } : { all };
      const weights = refineLayer({ read, bits: decision.weightBits[place.layer], input: place.input, statistics, steps });
      refined.set(place.node, weights);
      quantized = withWeights(quantized, place, weights);
      progress(progressBar('rounding', done + 1, draft.places.length));
    }
  } finally {
    await gram.close();
  }
  return refined;

  function valuesOf(walk: Walk, name: string, codes: (data: ArrayBufferView) => Uint8Array): Uint8Array[] {
    return (walk.kept.get(name) ?? []).map(({ data }) => codes(data));
  }
}

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
