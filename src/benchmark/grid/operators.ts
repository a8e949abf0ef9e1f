// Models are built by hand here, of operators by name: the grid decides which operators are measured.
import { int } from '../../onnx/build.js';
import type { AttributeValue } from '../../onnx/graph.js';
import type { Builder } from './build.js';

/** A tensor of the shape [1, channels, size, size]. */
export interface Picture {
  name: string;
  channels: number;
  size: number;
}

export const ints = (...value: number[]): AttributeValue => ({ type: 'ints', value });
export const float = (value: number): AttributeValue => ({ type: 'float', value });
export const text = (value: string): AttributeValue => ({ type: 'string', value });

export interface ConvOptions {
  filters: number;
  /** Height and width; one number for both. */
  kernel: number | readonly [number, number];
  stride?: number;
  /** `each` for one group per channel. */
  groups?: number | 'each';
  /** Operator behind it; `''` for none. @default 'Relu' */
  activation?: string;
}

/** A convolution that keeps the size, or divides it by the stride. */
export function conv(
  b: Builder,
  x: Picture,
  { filters, kernel, stride = 1, groups = 1, activation = 'Relu' }: ConvOptions,
): Picture {
  const [height, width] = typeof kernel === 'number' ? [kernel, kernel] : kernel;
  const group = groups === 'each' ? x.channels : groups;
  const channels = x.channels / group;
  const weights = b.weights([filters, channels, height, width], channels * height * width);
  const output = b.add('Conv', [x.name, weights, b.weights([filters], 100)], {
    kernel_shape: ints(height, width),
    strides: ints(stride, stride),
    group: int(group),
    pads: ints((height - 1) >> 1, (width - 1) >> 1, height >> 1, width >> 1),
  });
  // Padding makes up for the reach of the kernel, so the size is divided by the stride alone.
  return { name: activated(b, output, activation), channels: filters, size: Math.ceil(x.size / stride) };
}

/** Behind an activation; `Clip` is ReLU6. */
export function activated(b: Builder, x: string, activation: string): string {
  if (activation === '') return x;
  return b.add(
    activation,
    activation === 'Clip' ? [x, b.constant(Float32Array.of(0)), b.constant(Float32Array.of(6))] : [x],
  );
}

/** A convolution of one pixel that keeps all dimensions: stands between operators, as it does in models. */
export const mix = (b: Builder, x: Picture): Picture => conv(b, x, { filters: x.channels, kernel: 1 });

/** A product of two tensors. */
export const matmul = (b: Builder, x: string, y: string): string => b.add('MatMul', [x, y]);

/** A transposed convolution that doubles the size. */
export function doubled(b: Builder, x: Picture): Picture {
  const weights = b.weights([x.channels, x.channels, 2, 2], x.channels);
  const name = b.add('ConvTranspose', [x.name, weights], { kernel_shape: ints(2, 2), strides: ints(2, 2) });
  return { ...x, name, size: 2 * x.size };
}

/** A fully connected layer [rows, inputs] x [inputs, outputs]. */
export function gemm(b: Builder, x: string, inputs: number, outputs: number, isLast = false): string {
  const y = b.add('Gemm', [x, b.weights([outputs, inputs], inputs), b.weights([outputs], 100)], { transB: int(1) });
  return isLast ? y : b.add('Relu', [y]);
}

/** Global pooling and a fully connected layer, as classifiers end. */
export function head(b: Builder, x: Picture, classes: number): string {
  return gemm(b, b.add('Flatten', [b.add('GlobalAveragePool', [x.name])]), x.channels, classes, true);
}
