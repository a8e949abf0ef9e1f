import type { Graph } from '../onnx/graph.js';
import { isIntegerOperator, isScaling } from '../ops/quantized.js';

/**
 * How a model that is quantized already is treated, in one sentence; undefined for any other.
 * @param stored the graph as it was read
 * @param prepared the same after optimising and folding of constants
 */
export function quantizedNote(stored: Graph, prepared: Graph): string | undefined {
  const scaling = (graph: Graph) => graph.nodes.filter(isScaling).length;
  const integer = [...new Set(prepared.nodes.filter(isIntegerOperator).map(({ op }) => op))].sort();
  const [before, left] = [scaling(stored), scaling(prepared)];
  const parts = [
    ...(before > left
      ? ['its stored weights are taken as the values that they stand for, and get new bits and scales']
      : []),
    ...(left > 0
      ? [`its ${left} QuantizeLinear and DequantizeLinear operators on activations run in float on the edge`]
      : []),
    ...(integer.length > 0
      ? [`its integer operators (${integer.join(', ')}) run as they are, and count as float`]
      : []),
  ];
  return parts.length > 0
    ? `the network is already quantized: ${parts.join('; ')}. A float export of it gives better plans`
    : undefined;
}
