import { movedInputs } from '../frontend/moves.js';
import type { Inference } from '../inference/session.js';
import { mergeHistograms } from '../numerics/histogram.js';
import type { ActivationQuantizer } from '../numerics/range.js';
import { elementsOf } from '../onnx/dims.js';
import type { Graph, Layer } from '../onnx/graph.js';
import type { IntegerGraph } from '../ops/integer.js';
import type { Evidence, RangeMethod } from '../ptq/range-methods.js';
import type { SampleSet } from '../samples/open.js';
import type { EdgeCapabilities } from '../targets/capabilities.js';
import type { Cache } from '../util/cache.js';
import { type Progress, tellCount } from '../util/progress.js';
import { activationHistograms } from './activations.js';
import { type WeightError, weightErrors, weightedNode } from './layers.js';
import { payloadSamples, payloadSizes, payloadTensor } from './payload.js';
import type { TensorProfile } from './profile.js';
import type { EncodedSizes } from './sizes.js';
import { type EdgeRanges, edgeRanges, type TensorSelection, wireQuantizers } from './tensors.js';

/**
 * A profile is kept in parts, each by what it hangs on alone, so that another device, other bits or another encoding
 * computes what is new:
 *
 *   histograms           model, samples
 *   ranges, quantizers   and the operators of the target, the ways to find a range; by bits
 *   sizes                histograms, and the quantizers of a tensor; by tensor and bits
 *   weights              model; by node and bits
 *   inputs               sizes, and the encoding of the input
 *   sensitivity          ranges, and how outputs are compared; by layer or tensor and bits
 */
export interface ProfileParts {
  cache: Cache;
  /** Digests of the model, and of the samples. */
  model: unknown;
  samples: unknown;
}

export interface TensorParts {
  graph: Graph;
  layers: readonly Layer[];
  target: EdgeCapabilities;
  ranges: readonly RangeMethod[];
  selection: TensorSelection;
  /** The float model, and the tensors that it gives: its kernels hang on them. */
  outputs: readonly string[];
  inference: Pick<Inference, 'run'>;
  samples: SampleSet;
  parts: ProfileParts;
  progress: Progress;
}

/** Key of what is computed of the activations of the float network. */
export const floatKey = ({ parts: { model, samples }, outputs }: TensorParts) => ({
  model,
  samples,
  outputs: [...outputs].sort(),
});

/** Key of what hangs on quantizers too. */
export const rangesKey = (options: TensorParts) => ({
  ...floatKey(options),
  operators: [...options.target.operators].sort(),
  ranges: [...options.ranges].sort(),
});

/** Tensors with their quantizers at these bits and those of the edge; nothing of their size is known yet. */
export async function rangedTensors(options: TensorParts, bits: readonly number[]): Promise<EdgeRanges> {
  const { selection, ranges, parts } = options;
  const key = rangesKey(options);
  let histograms: Promise<Map<string, Evidence>> | undefined;
  const evidence = () => {
    histograms ??= keptHistograms(options);
    return histograms;
  };
  const { integer, tensors } = await parts.cache.remember('ranges', key, async () =>
    edgeRanges(selection.all, await evidence(), options),
  );
  const narrow = [...new Set(bits)].filter((width) => width < 8);
  const found = await parts.cache.rememberEach('quantizers', key, narrow.map(String), async (missing) => {
    const known = await evidence();
    return new Map(missing.map((width) => [width, wireQuantizers(Number(width), integer, known, ranges)]));
  });
  const quantizersOf = ({ name, quantizers }: TensorProfile) =>
    new Map([
      ...quantizers,
      ...narrow.flatMap((width): [number, ActivationQuantizer][] => {
        const quantizer = found.get(String(width))?.get(name);
        return quantizer ? [[width, quantizer]] : [];
      }),
    ]);
  return {
    integer,
    tensors: new Map([...tensors].map(([name, tensor]) => [name, { ...tensor, quantizers: quantizersOf(tensor) }])),
  };
}

/** Two halves of each are kept; the whole is their sum. */
async function keptHistograms(options: TensorParts): Promise<Map<string, Evidence>> {
  const { graph, selection, inference, samples, parts, progress } = options;
  const halves = await parts.cache.remember('histograms', floatKey(options), async () => {
    const found = await activationHistograms(
      inference,
      samples,
      selection.measured.map((name) => ({ name, elements: elementsOf(graph, name) })),
      selection.inputs,
      (done, of) => tellCount(progress, 'ranges', done, of),
    );
    return new Map([...found].map(([name, { fitted, held }]) => [name, { fitted, held }]));
  });
  return new Map(
    [...halves].map(([name, { fitted, held }]) => [name, { fitted, held, all: mergeHistograms(fitted, held) }]),
  );
}

/** The same tensors with the encoded sizes of those that are `wanted`, at these bits. */
export async function sizedTensors(
  options: TensorParts,
  tensors: ReadonlyMap<string, TensorProfile>,
  bits: readonly number[],
  wanted: ReadonlySet<string> | undefined,
): Promise<Map<string, TensorProfile>> {
  const { graph, layers, selection, inference, samples, parts, progress } = options;
  const all = selection.candidates.flatMap((name) => {
    const tensor = tensors.get(name);
    return (tensor && payloadTensor(tensor, bits)) ?? [];
  });
  const asked = all.filter(({ name }) => wanted?.has(name) ?? true);
  const rowOf = ({ name, quantizers }: (typeof all)[number], width: number) => {
    const own = [8, width]
      .map((each) => quantizers.get(each))
      .map((quantizer) => quantizer && [quantizer.scale, quantizer.zeroPoint]);
    return JSON.stringify([name, width, ...own]);
  };
  const rows = new Map(
    asked.flatMap((tensor) => tensor.bits.map((width) => [rowOf(tensor, width), { tensor, width }] as const)),
  );
  const sizes = await parts.cache.rememberEach<EncodedSizes | null>(
    'sizes',
    floatKey(options),
    [...rows.keys()],
    async (missing) => {
      const lacking = new Set(missing);
      const measured = asked
        .map((tensor) => ({ ...tensor, bits: tensor.bits.filter((width) => lacking.has(rowOf(tensor, width))) }))
        .filter((tensor) => tensor.bits.length > 0);
      const counts = payloadSamples(all, samples.count, movedInputs(layers, graph));
      const found = await payloadSizes(inference, samples, measured, counts, (done, of) =>
        tellCount(progress, 'encoded sizes', done, of),
      );
      const sizeOf = (row: string) => {
        const { tensor, width } = rows.get(row) ?? {};
        return (tensor && width !== undefined && found.get(tensor.name)?.get(width)) || null;
      };
      return new Map(missing.map((row) => [row, sizeOf(row)]));
    },
  );
  const payloads = new Map(asked.map(({ name }) => [name, new Map<number, EncodedSizes>()]));
  for (const [row, { tensor, width }] of rows) {
    const found = sizes.get(row);
    if (found) payloads.get(tensor.name)?.set(width, found);
  }
  return new Map(
    [...tensors].map(([name, tensor]) => [name, { ...tensor, payload: payloads.get(name) ?? tensor.payload }]),
  );
}

/** Facts and errors of the weights of each layer, by bits; empty for layers without. */
export async function keptWeights(
  { graph, layers, parts, progress }: Pick<TensorParts, 'graph' | 'layers' | 'parts' | 'progress'>,
  integer: IntegerGraph,
  bits: readonly number[],
): Promise<Map<number, WeightError>[]> {
  const nodes = layers.map((layer) => weightedNode(layer, integer));
  const names = nodes.flatMap((node) => (node === undefined ? [] : bits.map((width) => `${node} ${width}`)));
  const rows = await parts.cache.rememberEach('errors', { model: parts.model }, names, async (missing) => {
    const lacking = new Set(missing);
    const found = new Map<string, WeightError>();
    for (const [index, node] of nodes.entries()) {
      const widths = bits.filter((width) => lacking.has(`${node} ${width}`));
      if (node !== undefined && widths.length > 0)
        for (const [width, error] of weightErrors(graph.nodes[node], graph, widths))
          found.set(`${node} ${width}`, error);
      tellCount(progress, 'weights', index + 1, layers.length);
    }
    return found;
  });
  return nodes.map(
    (node) =>
      new Map(
        bits.flatMap((width): [number, WeightError][] => {
          const row = rows.get(`${node} ${width}`);
          return row ? [[width, row]] : [];
        }),
      ),
  );
}
