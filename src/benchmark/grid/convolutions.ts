import type { Model } from '../../onnx/graph.js';
import { buildModel } from './build.js';
import { type ConvOptions, conv, head, type Picture } from './operators.js';

/** A chain of convolutions over a picture of so many channels and pixels a side. */
function chain(name: string, channels: number, size: number, steps: readonly ConvOptions[]): Model {
  return buildModel(name, [1, channels, size, size], (b, input) => {
    const last = steps.reduce((x: Picture, step) => conv(b, x, step), { name: input, channels, size });
    return head(b, last, 10);
  });
}

const ACTIVATIONS: Record<string, string> = { '': 'Relu', '-': '', '!': 'Clip' };

/**
 * Reads steps: `3x16/2` is 16 filters of 3 x 3 with a stride of 2, `5d` one filter of 5 x 5 for each channel, `3x64:4`
 * four groups, `1,5x32` a kernel of 1 x 5. Behind each is a Relu, behind `1x16-` nothing, behind `1x96!` a Clip.
 */
function stepsOf(words: string, channels: number): ConvOptions[] {
  let before = channels;
  return words.split(' ').map((word) => {
    const parts = /^(\d+)(?:,(\d+))?(?:x(\d+)|d)(?::(\d+))?(?:\/(\d))?([-!]?)$/.exec(word);
    if (!parts) throw new SyntaxError(`"${word}" is no convolution`);
    const [, rows, columns = rows, filters, groups = '1', stride = '1', activation] = parts;
    const step: ConvOptions = {
      filters: filters === undefined ? before : Number(filters),
      kernel: [Number(rows), Number(columns)],
      stride: Number(stride),
      groups: filters === undefined ? 'each' : Number(groups),
      activation: ACTIVATIONS[activation],
    };
    before = step.filters;
    return step;
  });
}

/**
 * Models by name, channels and pixels a side, with their steps: over the sizes and channels that models for pictures
 * and sound have, from 224 pixels a side to 4, from 3 channels to 1280.
 */
const CHAINS: readonly (readonly [name: string, channels: number, size: number, ...steps: string[]])[] = [
  [
    'windows',
    3,
    224,
    '3x64/2 3x16 3x32/2 3x32 3x64 3x16 3x64',
    '3x64/2 3x128 3x32 3x128',
    '3x128/2 3x256 3x48 3x192 3x64',
    '3x256/2 3x256 3x512 3x64',
  ],
  [
    'small-windows',
    3,
    32,
    '3x16 3x16 3x24 3x32 3x64 3x16',
    '3x32/2 3x32 3x48 3x96 3x16',
    '3x64/2 3x64 3x128 3x80 3x160 3x32',
    '3x96/2 3x192 3x64 3x64',
  ],
  [
    'points',
    3,
    224,
    '3x32/2 1x16- 1x96! 1x24-',
    '3x64/2 1x16 1x64 1x144! 1x24- 1x128 1x16',
    '3x64/2 1x256 1x32- 1x192! 1x48',
    '1x128 3x128/2 1x512! 1x64- 1x384 1x96 1x576!',
    '3x96/2 1x960! 1x160- 1x320 1x1280!',
  ],
  [
    'small-points',
    16,
    32,
    '1x16 1x32 1x64! 1x16',
    '3x32/2 1x64 1x128 1x32- 1x96! 1x24-',
    '3x64/2 1x256! 1x64- 1x192 1x48 1x384',
    '3x64/2 1x256 1x64 1x512! 1x128-',
  ],
  [
    'separable',
    3,
    224,
    '3x32/2! 3d! 1x16- 1x96!',
    '3d/2! 1x24- 1x144! 3d! 5d 1x32- 3d 1x192!',
    '3d/2! 5d 1x64- 3d! 1x384! 3d',
    '5d/2 3d! 1x128 3d 1x576! 3d!',
    '3d/2! 1x160- 1x960! 3d! 5d 1x240 3d',
  ],
  [
    'small-separable',
    8,
    48,
    '1x16 3d 1x32 3d/2 3d! 1x64 3d! 5d',
    '1x96 3d/2! 3d 1x128 3d 5d! 1x256!',
    '3d/2 3d! 1x320 3d',
  ],
  ['stems', 3, 192, '3x32/2 1x3 3x16 1x1 5x16/2 1x3 3x64 1x3 7x32/2 1x2 3x32 1x3 3x64/2 1x1 3x64 1x3 3x24'],
  [
    'kernels',
    3,
    128,
    '7x16/2 5x24 1,3x32 3,1x32',
    '5x32/2 7x16 3x64:4 3x64:2 1,5x48 5,1x64',
    '3x128/2 1,7x64 7,1x64 5x64 3x128:8 3x256:32 4,1x128 1,3x96',
    '5x128/2 3x128:4 1,9x64 3,1x128',
  ],
  ['wide', 64, 28, '1x256 1x128 1x512 3x256/2', '1x1024 1x256 3x512/2', '1x2048 1x512 1x1024-'],
  [
    'ragged',
    3,
    112,
    '3x24/2 1x72 3d! 1x24- 1x40 5d 1x120 3d/2',
    '1x72 3d 3x24 3x40 1x100 3d 1x9 3x12 1x68',
    '3x20/2 1x200 3d 1x36 3x44 5d 1x10 3x8',
  ],
  [
    'grouped',
    3,
    112,
    '3x32/2 3x32:4 1x128 3x128:32 3x128:4/2',
    '1x256 3x256:32 3x256:2/2',
    '1x512 3x512:32 3x128:8 5x128:16',
  ],
];

/** Chains of convolutions. */
export const convolutions = (): Model[] =>
  CHAINS.map(([name, channels, size, ...steps]) => chain(name, channels, size, stepsOf(steps.join(' '), channels)));
