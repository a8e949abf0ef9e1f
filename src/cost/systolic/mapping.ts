import type { LayerShape } from '../../calibrate/profile.js';
import type { OperandBits } from '../device.js';
import { type Convolution, type Gemm, productOf } from './geometry.js';

/**
 * The products that a layer is; undefined where it multiplies nothing, or nobody knows what. SCALE-Sim defines dense
 * convolutions of one picture and plain products. What it leaves open:
 *
 * - Groups are products of their own, one after the other; a depthwise convolution is one of a single filter per
 * channel.
 * - The windows of all pictures of a batch, and of all depths of a volume, are the rows of one product.
 * - Padding is part of the picture: its windows cost cycles, its words are never read from off-chip memory.
 * - Dilation changes which words a window has, not how many: nothing.
 * - A transposed convolution multiplies every input pixel by the whole kernel.
 * - A product of two batches of matrices is one product per pair; with one matrix for all, it is one tall product.
 * - Each step and direction of a recurrent layer is a product.
 */
export const productsOf = (shape: LayerShape): Gemm | undefined =>
  shape.gemm ?? (shape.conv && productsOfConvolution(shape.conv));

/** One product per group; the input is padded already. */
export function productsOfConvolution(conv: Convolution): Gemm {
  const { m, n, k } = productOf(conv);
  return { m, n: n / conv.groups, k: k / conv.groups, count: conv.groups };
}

/** Elements of the two operands of one layer, as they lie in memory. */
export interface Operands {
  ifmap: number;
  filter: number;
}

/** What a layer reads, and how wide it is. */
export interface Reads {
  operands: Operands;
  /** Elements read besides the operands, once: the other branch of a fused addition. */
  others: number;
  bits: OperandBits;
}

/**
 * The operands of the products of a layer. The second operand of a product of two activations is no parameter: it is
 * read as filters are, at the bits of an input.
 */
export function readsOf(shape: LayerShape, { m, n, k, count }: Gemm, bits: OperandBits): Reads {
  const isStored = shape.parameters > 0;
  const filter = isStored ? shape.parameters : Math.min(shape.inputElements, n * k * count);
  const activations = shape.inputElements - (isStored ? 0 : filter);
  const ifmap = Math.min(activations, shape.conv ? pictureElements(shape.conv) : m * k * count);
  return {
    operands: { ifmap, filter },
    others: activations - ifmap,
    bits: isStored ? bits : { ...bits, weights: bits.input },
  };
}

const pictureElements = ({ inputHeight, inputWidth, channels }: Convolution) => inputHeight * inputWidth * channels;
