import type { TensorValue } from '../inference/session.js';
import { isSame, lanesOf, numbersOf } from './elements.js';
import type { Values } from './fact.js';

/**
 * Loss of the values of one sample in 0..1: squared error over variance, at most 1 each, averaged over the channels.
 * The variance is that over the samples, or that of this sample around the mean if larger. All sparse channels together
 * weigh as much as all others. A value that is not finite where the float model's is counts as lost.
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
 * Number of elements that both have if only their row counts differ, as behind non-maximum suppression; 0 if shapes
 * differ otherwise.
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
