import { readFloats } from '../onnx/bytes.js';
import { elementNumber } from '../onnx/element.js';
import type { AttributeValue, ElementType, Fact, Graph, Initializer, Node } from '../onnx/graph.js';
import { withBodies } from '../onnx/scope.js';

const HALVES: ReadonlySet<ElementType | undefined> = new Set<ElementType>(['float16', 'bfloat16']);
const HALF_NUMBERS = new Set([elementNumber('float16'), elementNumber('bfloat16')]);
/** Integer attributes of ai.onnx that hold an element type. */
const TYPE_ATTRIBUTES = new Set(['to', 'dtype', 'output_dtype', 'output_datatype']);

/**
 * The same graph, computing in float32 wherever it computed in float16 or bfloat16: most processors have no kernels for
 * these, and would widen them at every step. Constants are widened in memory, which is exact; results are more accurate
 * than before.
 */
export function toFloat32(graph: Graph): Graph {
  return {
    ...graph,
    nodes: graph.nodes.map(widenNode),
    inputs: graph.inputs.map(widenFact),
    outputs: graph.outputs.map(widenFact),
    initializers: new Map([...graph.initializers].map(([name, initializer]) => [name, widen(initializer)])),
    values: new Map([...graph.values].map(([name, fact]) => [name, widenFact(fact)])),
  };
}

const widenFact = (fact: Fact): Fact => (HALVES.has(fact.dtype) ? { ...fact, dtype: 'float32' } : fact);

function widen(initializer: Initializer): Initializer {
  if (!HALVES.has(initializer.dtype)) return initializer;
  const values = readFloats(initializer);
  return {
    ...initializer,
    dtype: 'float32',
    data: { kind: 'memory', bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) },
  };
}

function widenNode(node: Node): Node {
  const widened = withBodies(node, toFloat32);
  if (node.domain !== '') return widened;
  return {
    ...widened,
    attributes: new Map([...widened.attributes].map(([name, value]) => [name, widenAttribute(name, value)])),
  };
}

function widenAttribute(name: string, attribute: AttributeValue): AttributeValue {
  if (attribute.type === 'tensor') return { type: 'tensor', value: widen(attribute.value) };
  if (attribute.type === 'int' && TYPE_ATTRIBUTES.has(name) && HALF_NUMBERS.has(attribute.value))
    return { type: 'int', value: elementNumber('float32') };
  return attribute;
}
