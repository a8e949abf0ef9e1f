import type { Graph, Node } from '../onnx/graph.js';
import { isConstant, isFloatConstant } from './constants.js';
import { each, type Family, FLOAT_BY_ELEMENTS, type IntegerRole, type Operator } from './family.js';

/** QLinearAdd, QLinearMul: a constant operand is quantized to 8 bits too. */
const role = (node: Node, graph: Graph): IntegerRole =>
  node.inputs.every((input) => !isConstant(graph, input) || isFloatConstant(graph, input)) ? 'elementwise' : 'float';

/** One variable operand: each value is scaled or shifted by a constant. */
export const byConstants = (node: Node, graph: Graph): boolean =>
  node.inputs.filter((name) => name !== '' && !graph.initializers.has(name)).length === 1;

const onCodes: Operator = { role, work: 'elements', followers: ['clipping'], moves: byConstants };
const inFloat: Operator = { role: 'float', work: 'elements', moves: byConstants };

/** Operators of two tensors or more, element by element. */
export const binary: Family = {
  operators: {
    Add: { ...onCodes, joins: 'sum' },
    Mul: { ...onCodes, joins: 'product' },
    ...each(inFloat, 'Sub', 'Div'),
    ...each(FLOAT_BY_ELEMENTS, 'Pow', 'Mod', 'Max', 'Min', 'Sum', 'Mean', 'Where', 'BitShift'),
    ...each(FLOAT_BY_ELEMENTS, 'And', 'Or', 'Xor', 'BitwiseAnd', 'BitwiseOr', 'BitwiseXor'),
    ...each(FLOAT_BY_ELEMENTS, 'Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'),
  },
};
