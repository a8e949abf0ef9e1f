import type { Array2d } from './geometry.js';
import { outputStationaryCycles } from './v1-output.js';
import type { V1Product } from './v1-product.js';
import { stationaryFolds } from './v1-stationary.js';

/**
 * Cycles of SCALE-Sim v1, "cycles formula", exactly. It never stalls. Unlike v2, edge folds are shorter than full ones,
 * the folds of os overlap, and windows of half the rows or less are stacked.
 */
export function v1Cycles(device: Array2d, product: V1Product): number {
  if (device.dataflow === 'os') return outputStationaryCycles(device, product);
  return stationaryFolds(device, product).reduce((sum, { times, cycles }) => sum + times * cycles, 0);
}
