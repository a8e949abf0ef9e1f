/**
 * What is known of ONNX operators: one file per family says how its operators run on integers, what they cost, what
 * fuses into them and how they are rewritten. Others ask {@link operatorOf} and name no operator themselves.
 */

import type { Node } from '../onnx/graph.js';
import { activation } from './activation.js';
import { binary } from './binary.js';
import { concat } from './concat.js';
import { control } from './control.js';
import { conv } from './conv.js';
import { type Family, FLOAT_BY_ELEMENTS, type Operator } from './family.js';
import { gemm } from './gemm.js';
import { generate } from './generate.js';
import { matmul } from './matmul.js';
import { move } from './move.js';
import { norm } from './norm.js';
import { pool } from './pool.js';
import { quantized } from './quantized.js';
import { recurrent } from './recurrent.js';
import { reduce } from './reduce.js';
import { resize } from './resize.js';
import { softmax } from './softmax.js';
import { unary } from './unary.js';
import type { Kind } from './work.js';

export const FAMILIES: readonly Family[] = [
  conv,
  gemm,
  matmul,
  binary,
  concat,
  pool,
  activation,
  unary,
  move,
  resize,
  softmax,
  norm,
  reduce,
  recurrent,
  control,
  generate,
  quantized,
];

const OPERATORS = new Map(FAMILIES.flatMap(({ operators }) => Object.entries(operators)));
const KINDS = new Map(FAMILIES.flatMap(({ kinds = {} }) => Object.entries(kinds)));

/** Name of the operator of a node; `DOMAIN.NAME` outside of ai.onnx. */
export const operatorName = ({ domain, op }: Node): string => (domain === '' ? op : `${domain}.${op}`);

/** What is known of the operator of a node; one that nobody described runs in float and costs by elements. */
export const operatorOf = (node: Node): Operator => OPERATORS.get(operatorName(node)) ?? FLOAT_BY_ELEMENTS;

/** Whether a family describes the operator of a node. */
export const isDescribed = (node: Node): boolean => OPERATORS.has(operatorName(node));

/** What sets layers of this name in cost tables apart. */
export const kindOf = (name: string): Kind => OPERATORS.get(name)?.kind ?? KINDS.get(name) ?? {};

/** Where layers with this fused activation, by its name in a layer, take other time than layers without. */
export const timingOf = (activation: string): 'never' | 'in float' | 'always' =>
  OPERATORS.get(activation)?.activation?.isTimed ?? 'always';

/** Operators of which integer kernels can be made: what a target may state of them is that it has none. */
export const INTEGER_OPERATORS: readonly string[] = [...OPERATORS].flatMap(([name, { role }]) =>
  role === 'float' ? [] : [name],
);
