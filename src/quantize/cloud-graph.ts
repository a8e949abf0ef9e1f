import { int, makeInitializer, makeNode, nameMaker, renameReads } from '../onnx/build.js';
import { extractSubgraph } from '../onnx/extract.js';
import type { Fact, Initializer, Layer, Model, Node } from '../onnx/graph.js';
import type { WireTensor } from '../runtime/spec.js';
import { elementCount } from '../runtime/types.js';

/** ONNX TensorProto.DataType numbers used by Cast. */
const FLOAT = 1;

/**
 * The cloud side: the model behind the cut, headed by standard operators that unpack and dequantize each crossing
 * tensor, so that any server that runs ONNX can serve it. Its inputs carry the names of the crossing tensors.
 */
export function cloudGraph(
  model: Model,
  layers: readonly Layer[],
  edge: ReadonlySet<number>,
  wire: readonly WireTensor[],
  outputs: readonly string[],
): Model {
  const nodes = layers.flatMap((layer, index) => (edge.has(index) ? [] : layer.nodes)).sort((a, b) => a - b);
  const facts = wire.map((tensor): Fact => ({ name: tensor.name, dtype: tensor.dtype, shape: tensor.shape }));
  const body = extractSubgraph(model, { nodes, inputs: facts, outputs: [...outputs] });
  const newName = nameMaker(body.graph);
  const head: Node[] = [];
  const constants: Initializer[] = [];
  const values = new Map<string, string>();
  const inputs = wire.map((tensor): Fact => {
    if (!tensor.scale) return { name: tensor.name, dtype: tensor.dtype, shape: tensor.shape };
    const unpacked = unpackHead(tensor, newName);
    head.push(...unpacked.nodes);
    constants.push(...unpacked.initializers);
    values.set(tensor.name, unpacked.output);
    return tensor.bits <= 8
      ? { name: tensor.name, dtype: 'uint8', shape: [tensor.packedBytes] }
      : { name: tensor.name, dtype: 'uint16', shape: tensor.shape };
  });
  const initializers = new Map([
    ...body.graph.initializers,
    ...constants.map((initializer) => [initializer.name, initializer] as const),
  ]);
  const nodesBehind = body.graph.nodes.map((node) => renameReads(node, values));
  return { ...body, graph: { ...body.graph, nodes: [...head, ...nodesBehind], inputs, initializers } };
}

/**
 * Nodes that unpack a tensor, written out by operator because any server must be able to run them.
 * value = scale * (code - zeroPoint), from packed bytes; exact in float32, since codes have at most 16 bits.
 */
function unpackHead(
  tensor: WireTensor,
  newName: (wanted: string) => string,
): { nodes: Node[]; initializers: Initializer[]; output: string } {
  const nodes: Node[] = [];
  const initializers: Initializer[] = [];
  const constant = (suffix: string, values: Parameters<typeof makeInitializer>[1], dims?: number[]) => {
    const name = newName(`${tensor.name}_${suffix}`);
    initializers.push(makeInitializer(name, values, dims));
    return name;
  };
  const add = (op: string, inputs: string[], suffix: string, attributes = {}) => {
    const output = newName(`${tensor.name}_${suffix}`);
    nodes.push(makeNode(op, inputs, [output], attributes));
    return output;
  };
  const elements = elementCount(tensor.shape);
  let codes = add('Cast', [tensor.name], 'bytes', { to: int(FLOAT) });
  if (tensor.bits < 8) {
    // Bytes are cut into digits of gcd(bits, 8) bits, least significant first; a code is `bits / digit` digits.
    const digit = tensor.bits % 4 === 0 ? 4 : tensor.bits % 2 === 0 ? 2 : 1;
    const base = constant('base', Float32Array.of(2 ** digit));
    const powers = Float32Array.from({ length: 8 / digit }, (_, i) => 2 ** (digit * i));
    const column = add('Reshape', [codes, constant('column_shape', BigInt64Array.of(-1n, 1n))], 'column');
    const shifted = add(
      'Floor',
      [add('Div', [column, constant('powers', powers, [1, powers.length])], 'quotients')],
      'shifted',
    );
    const carried = add(
      'Mul',
      [add('Floor', [add('Div', [shifted, base], 'shifted_quotients')], 'carries'), base],
      'carried',
    );
    const digits = add('Sub', [shifted, carried], 'digits');
    const perCode = tensor.bits / digit;
    const flat = add('Reshape', [digits, constant('flat', BigInt64Array.of(-1n), [1])], 'stream');
    const ends = [BigInt64Array.of(0n), BigInt64Array.of(BigInt(elements * perCode)), BigInt64Array.of(0n)];
    const used = add(
      'Slice',
      [flat, constant('start', ends[0], [1]), constant('end', ends[1], [1]), constant('slice_axis', ends[2], [1])],
      'used',
    );
    if (perCode > 1) {
      const table = add(
        'Reshape',
        [used, constant('per_code', BigInt64Array.of(BigInt(elements), BigInt(perCode)))],
        'table',
      );
      const weights = Float32Array.from({ length: perCode }, (_, i) => 2 ** (digit * i));
      codes = add('MatMul', [table, constant('weights', weights, [perCode, 1])], 'codes');
    } else codes = used;
  }
  const shape = constant('shape', BigInt64Array.from(tensor.shape.map(BigInt)), [tensor.shape.length]);
  const shaped = add('Reshape', [codes, shape], 'shaped');
  const perAxis = tensor.shape.map((dim, i) => (i === tensor.axis ? dim : 1));
  const spread = (values: number[]) => [Float32Array.from(values), tensor.axis === undefined ? [] : perAxis] as const;
  const centred = add('Sub', [shaped, constant('zero_point', ...spread(tensor.zeroPoint ?? [0]))], 'centred');
  const output = add('Mul', [centred, constant('scale', ...spread(tensor.scale ?? [1]))], 'value');
  return { nodes, initializers, output };
}
