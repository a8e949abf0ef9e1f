import type { TensorValue } from '../inference/session.js';
import { isSame, lanesOf, numbersOf } from './elements.js';
import type { Values } from './fact.js';

/**
 * What the values of one sample have lost, 0..1: the mean over the channels of squared error over variance, each at
 * most 1. The variance is that of the float values over the samples, or that of this sample around their mean where it
 * is more. Sparse channels count together as much as the others together. A number that is none, where the float model
 * gives another, has lost all there was.
 */
export function valueLoss(fact: Values, reference: TensorValue, made: TensorValue): number {
  const [a, b] = [numbersOf(reference), numbersOf(made)];
  if (!a || !b) return 1;
  const { axis, means, variances } = fact;
  const { size, inner } = axis === undefined ? { size: 1, inner: a.length } : lanesOf(reference.shape, axis);
  if (size !== means.length) return 1;
  const common = commonLength(reference.shape, made.shape);
  const [noise, signal, expected] = [0, 1, 2].map(() => new Float64Array(size));
  for (let i = 0; i < common; i++) {
    const channel = Math.floor(i / inner) % size;
    const away = Number.isFinite(a[i]) ? (a[i] - means[channel]) ** 2 : 0;
    signal[channel] += away;
    expected[channel] += variances[channel];
    if (Number.isFinite(a[i]) && Number.isFinite(b[i])) noise[channel] += (a[i] - b[i]) ** 2;
    else if (!isSame(a[i], b[i])) noise[channel] += Math.max(away, variances[channel]);
  }
  const longest = Math.max(a.length, b.length);
  const kept = longest === 0 ? 1 : common / longest;
  return 1 - kept * (1 - meanLoss(fact, noise, signal, expected));
}

function meanLoss({ sparse }: Values, noise: Float64Array, signal: Float64Array, expected: Float64Array): number {
  const share = (lost: number, variance: number) => (lost === 0 ? 0 : Math.min(1, lost / variance));
  const isSparse = new Set(sparse);
  const groups: number[] = [];
  let [own, pooled, all] = [0, 0, 0];
  for (const [channel, lost] of noise.entries()) {
    const variance = Math.max(signal[channel], expected[channel]);
    if (isSparse.has(channel)) {
      pooled += lost;
      all += variance;
    } else own += share(lost, variance);
  }
  if (sparse.length < noise.length) groups.push(own / (noise.length - sparse.length));
  if (sparse.length > 0) groups.push(share(pooled, all));
  return groups.reduce((a, b) => a + b, 0) / groups.length;
}

/**
 * Elements that both have, where outputs differ in how many rows they have, as detections behind a suppression do; 0
 * where they differ in another way.
 */
function commonLength(a: readonly number[], b: readonly number[]): number {
  const product = (dims: readonly number[]) => dims.reduce((x, y) => x * y, 1);
  const rows = a.findIndex((dim, axis) => dim !== b[axis]);
  if (a.length !== b.length) return 0;
  if (rows < 0) return product(a);
  const isFirst = a.slice(0, rows).every((dim) => dim === 1);
  const isOnly = a.every((dim, axis) => axis === rows || dim === b[axis]);
  return isFirst && isOnly ? Math.min(product(a), product(b)) : 0;
}
