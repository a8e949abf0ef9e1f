import type { Node } from '../onnx/graph.js';
import { always, each, type Family } from './family.js';

/** Operators on codes, of which models that are quantized already consist: QLinearConv, ConvInteger, QGemm, ... */
const INTEGER =
  /^(?:QLinear\w+|\w+Integer(?:ToFloat)?|DynamicQuantize\w+|MatMulNBits|Q(?:Gemm|Attention|EmbedLayerNormalization|OrderedMatMul))$/;

const isKnown = ({ domain }: Node) => domain === '' || domain === 'com.microsoft';

/** Whether a node of a model that is quantized already computes on codes. */
export const isIntegerOperator = (node: Node): boolean => isKnown(node) && INTEGER.test(node.op);

/** Whether a node turns floats into codes or codes into floats. */
export const isScaling = (node: Node): boolean =>
  isKnown(node) && (node.op === 'QuantizeLinear' || node.op === 'DequantizeLinear');

/** Operators between floats and codes. */
export const quantized: Family = {
  operators: each(
    { role: 'float', work: 'elements', moves: always },
    'QuantizeLinear',
    'DequantizeLinear',
    'DynamicQuantizeLinear',
  ),
};
