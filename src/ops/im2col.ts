import { intAttribute, intsAttribute, stringAttribute } from '../onnx/attributes.js';
import { product } from '../onnx/dims.js';
import type { Node } from '../onnx/graph.js';

/** The matrix that multiplies the weights of a layer: `groups` times `size` rows, a column per output position. */
export interface Im2col {
  groups: number;
  /** Weights of one output channel. */
  size: number;
  /** Columns of one sample. */
  positions: number;
  /**
   * Writes column `position` into rows `column`, `column + stride`, ...: row r of group g at (g * size + r) * stride +
   * column.
   */
  copy(codes: Uint8Array, position: number, into: Uint8Array, stride: number, column: number): void;
}

/** Rows of the last axis, as a product of matrices reads them. */
export function matrixIm2col(input: readonly number[]): Im2col {
  const size = input[input.length - 1];
  return {
    groups: 1,
    size,
    positions: product(input) / size,
    copy(codes, position, into, stride, column) {
      for (let k = 0; k < size; k++) into[k * stride + column] = codes[position * size + k];
    },
  };
}

/** Windows of a convolution over an input [N, C, ...]; padding is `zero`. */
export function convIm2col(
  node: Node,
  [batch, channels, ...space]: readonly number[],
  weights: readonly number[],
  zero: number,
): Im2col {
  const [, perGroup, ...kernel] = weights;
  const ones = space.map(() => 1);
  const strides = intsAttribute(node, 'strides', ones);
  const dilations = intsAttribute(node, 'dilations', ones);
  const reach = kernel.map((length, d) => (length - 1) * dilations[d] + 1);
  const { before, output } = padding(node, space, reach, strides);
  const inner = product(space);
  const outer = product(output);
  const taps = product(kernel);
  const size = perGroup * taps;
  return {
    groups: intAttribute(node, 'group', 1),
    size,
    positions: batch * outer,
    copy(codes, position, into, stride, column) {
      const offsets = tapOffsets(
        position % outer,
        output,
        kernel,
        space,
        (d, at, tap) => at * strides[d] - before[d] + tap * dilations[d],
      );
      const start = Math.floor(position / outer) * channels * inner;
      for (let channel = 0, to = column; channel < channels; channel++)
        for (let tap = 0; tap < taps; tap++, to += stride)
          into[to] = offsets[tap] < 0 ? zero : codes[start + channel * inner + offsets[tap]];
    },
  };
}

/** Where each tap of the kernel reads inside a channel, row-major; -1 in the padding. */
function tapOffsets(
  position: number,
  output: readonly number[],
  kernel: readonly number[],
  space: readonly number[],
  coordinate: (dimension: number, at: number, tap: number) => number,
): Int32Array {
  let offsets = Int32Array.of(0);
  const at = coordinates(position, output);
  for (let d = 0; d < space.length; d++) {
    const next = new Int32Array(offsets.length * kernel[d]);
    for (const [i, offset] of offsets.entries())
      for (let tap = 0; tap < kernel[d]; tap++) {
        const x = coordinate(d, at[d], tap);
        next[i * kernel[d] + tap] = offset < 0 || x < 0 || x >= space[d] ? -1 : offset * space[d] + x;
      }
    offsets = next;
  }
  return offsets;
}

function coordinates(position: number, dims: readonly number[]): number[] {
  const result: number[] = [];
  for (let d = dims.length - 1, rest = position; d >= 0; rest = Math.floor(rest / dims[d]), d--)
    result[d] = rest % dims[d];
  return result;
}

function padding(node: Node, space: readonly number[], reach: readonly number[], strides: readonly number[]) {
  const mode = stringAttribute(node, 'auto_pad', 'NOTSET');
  if (mode.startsWith('SAME')) {
    const output = space.map((length, d) => Math.ceil(length / strides[d]));
    const before = output.map((length, d) => {
      const total = Math.max(0, (length - 1) * strides[d] + reach[d] - space[d]);
      return mode === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2);
    });
    return { before, output };
  }
  const pads =
    mode === 'VALID'
      ? space.flatMap(() => [0, 0])
      : intsAttribute(
          node,
          'pads',
          space.flatMap(() => [0, 0]),
        );
  const before = pads.slice(0, space.length);
  const output = space.map(
    (length, d) => Math.floor((length + before[d] + pads[space.length + d] - reach[d]) / strides[d]) + 1,
  );
  return { before, output };
}
