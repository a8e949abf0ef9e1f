import type { TensorValue } from '../../inference/session.js';
import { dequantizeAffine, dequantizeAffineAxis, quantizeAffine } from '../../numerics/affine.js';
import type { ActivationQuantizer } from '../../numerics/range.js';
import { dimsOf } from '../../onnx/dims.js';
import type { Graph, Node } from '../../onnx/graph.js';
import type { IntegerGraph } from '../../ops/integer.js';
import { im2colOf, readWeights, type WeightedNode, weightFactors } from '../../ops/weights.js';
import { takeColumns } from '../../ptq/columns.js';
import type { Gram } from '../../ptq/gram.js';
import { gatherHalves, type RoundedLayer, roundLayer } from '../../ptq/layer.js';
import type { TensorProfile } from '../profile.js';

/** What is fed in place of the float values: by tensor, one value for all samples or one for each. */
export type Variant = Readonly<Record<string, readonly TensorValue[]>>;

/** Multiplications spent on rounding a layer: what is wanted is its error, not its codes. */
const WORK = 2e8;

export interface WeightVariants {
  graph: Graph;
  node: Node;
  /** What the node reads in the float model, on the samples that it is rounded for. */
  read: readonly TensorValue[];
  integer: IntegerGraph;
  tensors: ReadonlyMap<string, TensorProfile>;
  widths: readonly number[];
  gram: Gram;
}

/** Weights and bias of a node as they are at each bit-width, rounded for what the float model reads there. */
export async function weightVariants({
  graph,
  node,
  read,
  integer,
  tensors,
  widths,
  gram,
}: WeightVariants): Promise<Map<number, Variant>> {
  const owner = integer.codes.get(node.inputs[0])?.owner ?? node.inputs[0];
  const { scale, zeroPoint } = tensors.get(owner)?.quantizers.get(8) ?? { scale: 1, zeroPoint: 0 };
  const weights = readWeights(node, graph);
  const window = im2colOf(node, dimsOf(graph, node.inputs[0]) ?? [], weights.dims, zeroPoint);
  const columns = takeColumns(
    window,
    read.map(({ data }) => quantizeAffine(data as Float32Array, scale, zeroPoint, 8)),
  );
  const statistics = await gatherHalves([{ x: columns, y: columns }], zeroPoint, gram);
  const rounded = (bits: number) =>
    roundLayer({
      read: weights,
      bits,
      input: { scale, zeroPoint },
      statistics,
      steps: { rounding: 'gptq', biasCorrection: true },
      work: WORK,
    });
  return new Map(widths.map((bits) => [bits, constantsOf(node, weights, rounded(bits), graph)]));
}

function constantsOf(node: Node, { axis, dims }: WeightedNode, weights: RoundedLayer, graph: Graph): Variant {
  const zeros = weights.scales.map(() => 0);
  // The integer weights contain the factors of the node, which multiplies by them once more.
  const factors = weightFactors(node);
  const values = dequantizeAffineAxis(weights.codes, dims, axis, weights.scales, zeros).map(
    (value) => value / factors.weights,
  );
  const constants: Record<string, TensorValue[]> = {
    [node.inputs[1]]: [{ dtype: 'float32', shape: dims, data: values }],
  };
  const { bias, biasScales } = weights;
  const shape = graph.initializers.get(node.inputs[2])?.dims;
  if (bias && biasScales && shape?.reduce((a, b) => a * b, 1) === bias.length)
    constants[node.inputs[2]] = [
      { dtype: 'float32', shape, data: biasScales.map((value, i) => (value * bias[i]) / factors.bias) },
    ];
  return constants;
}

/** A tensor's values as they are behind its quantizer of each bit-width. */
export function tensorVariants(
  name: string,
  values: readonly TensorValue[],
  quantizers: ReadonlyMap<number, ActivationQuantizer>,
  widths: readonly number[],
): Map<number, Variant> {
  const roughened = (value: TensorValue, { scale, zeroPoint, bits }: ActivationQuantizer): TensorValue => ({
    ...value,
    data: dequantizeAffine(quantizeAffine(value.data as Float32Array, scale, zeroPoint, bits), scale, zeroPoint),
  });
  return new Map(
    widths.flatMap((bits) => {
      const quantizer = quantizers.get(bits);
      return quantizer ? [[bits, { [name]: values.map((value) => roughened(value, quantizer)) }] as const] : [];
    }),
  );
}
