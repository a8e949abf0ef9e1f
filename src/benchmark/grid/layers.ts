import { int } from '../../onnx/build.js';
import type { Model } from '../../onnx/graph.js';
import { type Builder, buildModel } from './build.js';
import { activated, conv, doubled, float, gemm, head, ints, mix, type Picture, text } from './operators.js';

/** Pixels a side and channels at which each operator is measured: from early in a model to late. */
const LEVELS: readonly (readonly [size: number, channels: number])[] = [
  [112, 16],
  [56, 32],
  [28, 32],
  [14, 64],
  [7, 128],
];

type Step = (b: Builder, x: Picture) => Picture;

/** Operators between convolutions, at each level in turn. */
function pyramid(name: string, steps: readonly Step[]): Model {
  const [[size, first]] = LEVELS;
  return buildModel(name, [1, first, size, size], (b, input) => {
    // Starts with a convolution: kernels that read the input of a model differ from those inside.
    let x: Picture = mix(b, { name: input, channels: first, size });
    for (const [level, channels] of LEVELS) {
      if (level < x.size || channels !== x.channels)
        x = conv(b, x, { filters: channels, kernel: 3, stride: x.size / level });
      for (const step of steps) x = mix(b, step(b, x));
    }
    return head(b, x, 10);
  });
}

const unary =
  (op: string, attributes = {}): Step =>
  (b, x) => ({ ...x, name: b.add(op, [x.name], attributes) });

/** An operator of a tensor and a constant. */
const withConstant =
  (op: string, value: number): Step =>
  (b, x) => ({ ...x, name: b.add(op, [x.name, b.constant(Float32Array.of(value))]) });

const behindConv =
  (activation: string): Step =>
  (b, x) =>
    conv(b, x, { filters: x.channels, kernel: 1, activation });

/** x * gate(x), as exporters write it. */
const gated =
  (gate: string): Step =>
  (b, x) => {
    const before = conv(b, x, { filters: x.channels, kernel: 1, activation: '' });
    return { ...x, name: b.add('Mul', [before.name, b.add(gate, [before.name])]) };
  };

/** A depthwise convolution behind a gate. */
const gatedEach: Step = (b, x) => {
  const before = conv(b, x, { filters: x.channels, kernel: 3, groups: 'each', activation: '' });
  return { ...x, name: b.add('Mul', [before.name, b.add('Sigmoid', [before.name])]) };
};

/** Joined with a convolution of itself. */
const joined =
  (op: 'Add' | 'Mul' | 'Sub' | 'Concat', activation = ''): Step =>
  (b, x) => {
    const other = conv(b, x, { filters: x.channels, kernel: 1, activation: op === 'Add' ? '' : 'Relu' });
    const output = b.add(op, [other.name, x.name], op === 'Concat' ? { axis: int(1) } : {});
    const y: Picture = { ...x, name: activated(b, output, activation) };
    return op === 'Concat' ? conv(b, { ...y, channels: 2 * x.channels }, { filters: x.channels, kernel: 1 }) : y;
  };

const constant = (b: Builder, ...values: number[]) =>
  b.constant(BigInt64Array.from(values.map(BigInt)), [values.length]);

/** Pooling that keeps the size. */
const pooled =
  (op: 'MaxPool' | 'AveragePool', kernel: number): Step =>
  (b, x) => {
    const y = b.add(op, [x.name], {
      kernel_shape: ints(kernel, kernel),
      strides: ints(1, 1),
      pads: ints(...halves(kernel)),
    });
    return { ...x, name: y };
  };

const halves = (kernel: number) => [(kernel - 1) >> 1, (kernel - 1) >> 1, kernel >> 1, kernel >> 1];

/** Pooling between a float and an integer operator, whose layouts differ. */
const pooledBetween: Step = (b, x) =>
  x.size > 56 ? x : pooled('MaxPool', 3)(b, { ...x, name: b.add('Softsign', [x.name]) });

/** Halves the picture with an operator, mixes, and doubles it with another. */
const halvedAndResized =
  (halve: Step, mode: 'nearest' | 'linear'): Step =>
  (b, x) => {
    if (x.size % 2 === 1) return x;
    const half = mix(b, halve(b, x));
    const factors = b.constant(Float32Array.of(1, 1, 2, 2));
    const attributes = {
      mode: text(mode),
      coordinate_transformation_mode: text(mode === 'nearest' ? 'asymmetric' : 'half_pixel'),
    };
    return {
      ...x,
      name: b.add(
        'Resize',
        [half.name, '', factors],
        mode === 'nearest' ? { ...attributes, nearest_mode: text('floor') } : attributes,
      ),
    };
  };

const strided =
  (op: 'MaxPool' | 'AveragePool', kernel: number): Step =>
  (b, x) => {
    const pads = kernel === 2 ? [0, 0, 0, 0] : [0, 0, 1, 1];
    const y = b.add(op, [x.name], { kernel_shape: ints(kernel, kernel), strides: ints(2, 2), pads: ints(...pads) });
    return { ...x, name: y, size: x.size / 2 };
  };

const upConvolved: Step = (b, x) =>
  x.size % 2 === 1 ? x : doubled(b, conv(b, x, { filters: x.channels, kernel: 3, stride: 2 }));

const padded: Step = (b, x) => {
  const wide = b.add('Pad', [x.name, constant(b, 0, 0, 1, 1, 0, 0, 1, 1)]);
  const ends = [constant(b, 1, 1), constant(b, x.size + 1, x.size + 1), constant(b, 2, 3)];
  return { ...x, name: b.add('Slice', [mix(b, { ...x, name: wide, size: x.size + 2 }).name, ...ends]) };
};

/** Channels halved into two, and joined crosswise. */
const shuffled: Step = (b, x) => {
  const half = x.channels / 2;
  const slice = (from: number) => b.add('Slice', [x.name, constant(b, from), constant(b, from + half), constant(b, 1)]);
  const [left, right] = [slice(0), slice(half)];
  const joinedAgain = b.add('Concat', [mix(b, { ...x, channels: half, name: right }).name, left], { axis: int(1) });
  const grouped = b.add('Reshape', [joinedAgain, constant(b, 1, 2, half, x.size, x.size)]);
  const swapped = b.add('Transpose', [grouped], { perm: ints(0, 2, 1, 3, 4) });
  return { ...x, name: b.add('Reshape', [swapped, constant(b, 1, x.channels, x.size, x.size)]) };
};

/** Transposed to channels last and back, with `inner` between. */
const turned =
  (inner: (b: Builder, name: string) => string): Step =>
  (b, x) => {
    const last = b.add('Transpose', [x.name], { perm: ints(0, 2, 3, 1) });
    return { ...x, name: b.add('Transpose', [inner(b, last)], { perm: ints(0, 3, 1, 2) }) };
  };

/** Softmax over pairs of elements, as detectors end. */
const paired: Step = (b, x) => {
  const pairs = b.add('Reshape', [x.name, constant(b, 1, -1, 2)]);
  const chances = b.add('Softmax', [pairs], { axis: int(-1) });
  return { ...x, name: b.add('Reshape', [chances, constant(b, 1, x.channels, x.size, x.size)]) };
};

/** Channels in another order. */
const gathered: Step = (b, x) => {
  const order = constant(b, ...Array.from({ length: x.channels }, (_, i) => (i * 5) % x.channels));
  return { ...x, name: b.add('Gather', [x.name, order], { axis: int(1) }) };
};

/** Space to depth and back, with a convolution between. */
const folded: Step = (b, x) => {
  if (x.size % 2 === 1) return x;
  const deep = b.add('SpaceToDepth', [x.name], { blocksize: int(2) });
  const mixed = conv(
    b,
    { name: deep, channels: 4 * x.channels, size: x.size / 2 },
    { filters: 4 * x.channels, kernel: 1 },
  );
  return { ...x, name: b.add('DepthToSpace', [mixed.name], { blocksize: int(2) }) };
};

/** Even channels, joined with a convolution of the odd ones. */
const combed: Step = (b, x) => {
  const comb = (from: number) =>
    b.add('Slice', [x.name, constant(b, from), constant(b, x.channels), constant(b, 1), constant(b, 2)]);
  const [even, odd] = [comb(0), comb(1)];
  const mixed = mix(b, { ...x, channels: x.channels / 2, name: odd });
  return { ...x, name: b.add('Concat', [even, mixed.name], { axis: int(1) }) };
};

/** Squeeze and excitation (Hu et al., 2018): each channel is weighted by a gate on the means of all. */
const excited: Step = (b, x) => {
  const mean = b.add('GlobalAveragePool', [x.name]);
  const squeezed = conv(b, { ...x, name: mean, size: 1 }, { filters: x.channels / 4, kernel: 1 });
  const gate = conv(b, squeezed, { filters: x.channels, kernel: 1, activation: 'Sigmoid' });
  return { ...x, name: b.add('Mul', [x.name, gate.name]) };
};

/** x over its root mean square, in plain operators. */
const normalised: Step = (b, x) => {
  const square = b.add('Pow', [x.name, b.constant(Float32Array.of(2))]);
  const mean = b.add('ReduceMean', [square], { axes: ints(1, 2, 3), keepdims: int(1) });
  return {
    ...x,
    name: b.add('Div', [x.name, b.add('Sqrt', [b.add('Add', [mean, b.constant(Float32Array.of(0.01))])])]),
  };
};

/** Operators between convolutions, each at all levels of a pyramid. */
export const layers = (): Model[] => [
  pyramid('joins', [joined('Add'), joined('Add', 'Relu'), joined('Concat'), joined('Mul'), joined('Sub'), excited]),
  pyramid('moves', [
    shuffled,
    padded,
    turned((b, name) => b.add('Softmax', [name], { axis: int(-1) })),
    turned((b, name) => b.add('Sigmoid', [name])),
    paired,
    gathered,
    combed,
    folded,
  ]),
  pyramid('pools', [
    pooled('MaxPool', 3),
    pooled('AveragePool', 3),
    pooled('AveragePool', 5),
    pooledBetween,
    halvedAndResized(strided('MaxPool', 2), 'nearest'),
    halvedAndResized(strided('MaxPool', 3), 'linear'),
    halvedAndResized(strided('AveragePool', 2), 'nearest'),
    upConvolved,
  ]),
  pyramid('activations', [
    behindConv('Sigmoid'),
    behindConv('Tanh'),
    behindConv('LeakyRelu'),
    behindConv('HardSigmoid'),
    behindConv('HardSwish'),
    gated('Sigmoid'),
    gated('HardSigmoid'),
    gatedEach,
  ]),
  pyramid('elementwise', [
    unary('Sigmoid'),
    unary('Tanh'),
    unary('LeakyRelu', { alpha: float(0.1) }),
    unary('Softmax', { axis: int(1) }),
    unary('Abs'),
    withConstant('Add', 0.5),
    withConstant('Mul', 0.5),
    withConstant('Div', 2),
    normalised,
  ]),
];

/** Fully connected layers, from a small classifier's to those of VGG. */
export const connected = (): Model =>
  buildModel('connected', [1, 64], (b, input) => {
    const widths = [64, 64, 128, 32, 512, 256, 1024, 1000, 64, 2048, 512, 4096, 256, 10];
    return widths.slice(1).reduce((x, width, i) => gemm(b, x, widths[i], width, i === widths.length - 2), input);
  });
