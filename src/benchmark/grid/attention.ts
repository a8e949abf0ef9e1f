import { int } from '../../onnx/build.js';
import type { Model } from '../../onnx/graph.js';
import { type Builder, buildModel } from './build.js';
import { float, ints, matmul } from './operators.js';

const floatConstant = (b: Builder, value: number) => b.constant(Float32Array.of(value));
const shape = (b: Builder, ...dims: number[]) => b.constant(BigInt64Array.from(dims.map(BigInt)), [dims.length]);

/** x [1, tokens, inputs] by weights, and a bias. */
function linear(b: Builder, x: string, inputs: number, outputs: number): string {
  return b.add('Add', [matmul(b, x, b.weights([inputs, outputs], inputs)), b.weights([outputs], 100)]);
}

function layerNorm(b: Builder, x: string, width: number): string {
  return b.add('LayerNormalization', [x, b.weights([width], 6), b.weights([width], 100)], {
    axis: int(-1),
    epsilon: float(1e-5),
  });
}

/** Gelu by the error function, as exporters write it. */
function gelu(b: Builder, x: string): string {
  const half = b.add('Erf', [b.add('Div', [x, floatConstant(b, Math.SQRT2)])]);
  return b.add('Mul', [b.add('Mul', [x, b.add('Add', [half, floatConstant(b, 1)])]), floatConstant(b, 0.5)]);
}

/** One block of a transformer encoder (Vaswani et al., 2017), normalised first. */
function block(b: Builder, x: string, tokens: number, width: number, heads: number): string {
  const each = width / heads;
  const normal = layerNorm(b, x, width);
  const split = (perm: number[]) =>
    b.add('Transpose', [b.add('Reshape', [linear(b, normal, width, width), shape(b, 1, tokens, heads, each)])], {
      perm: ints(...perm),
    });
  const [queries, keys, values] = [split([0, 2, 1, 3]), split([0, 2, 3, 1]), split([0, 2, 1, 3])];
  const scores = b.add('Mul', [matmul(b, queries, keys), floatConstant(b, 1 / Math.sqrt(each))]);
  const mixed = matmul(b, b.add('Softmax', [scores], { axis: int(-1) }), values);
  const joined = b.add('Reshape', [
    b.add('Transpose', [mixed], { perm: ints(0, 2, 1, 3) }),
    shape(b, 1, tokens, width),
  ]);
  const attended = b.add('Add', [x, linear(b, joined, width, width)]);
  const wide = gelu(b, linear(b, layerNorm(b, attended, width), width, 4 * width));
  return b.add('Add', [attended, linear(b, wide, 4 * width, width)]);
}

/** Tokens, width and heads: from a keyword spotter to a small vision transformer. */
const SIZES = [
  [98, 64, 1],
  [49, 128, 4],
  [196, 192, 3],
] as const;

/** Transformer blocks of several sizes. */
export const attention = (): Model[] =>
  SIZES.map(([tokens, width, heads]) =>
    buildModel(`attention-${tokens}`, [1, tokens, width], (b, input) => {
      const last = block(b, block(b, input, tokens, width, heads), tokens, width, heads);
      return linear(b, b.add('ReduceMean', [last], { axes: ints(1), keepdims: int(0) }), width, 10);
    }),
  );
