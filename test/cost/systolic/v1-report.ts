import type { Array2d, DenseConvolution } from '../../../src/cost/systolic/geometry.js';
import { v1Cycles } from '../../../src/cost/systolic/v1.js';
import { outputStationaryUse } from '../../../src/cost/systolic/v1-output.js';
import type { V1Product } from '../../../src/cost/systolic/v1-product.js';
import { stationaryFolds } from '../../../src/cost/systolic/v1-stationary.js';

/**
 * SCALE-Sim v1, "cycles formula": partial windows do not count. v1 knows one stride; here each direction has its own.
 */
export function v1Product(conv: DenseConvolution): V1Product {
  const high = (conv.inputHeight - conv.kernelHeight + conv.strideHeight) / conv.strideHeight;
  const wide = (conv.inputWidth - conv.kernelWidth + conv.strideWidth) / conv.strideWidth;
  return {
    m: Math.floor(high) * Math.floor(wide),
    n: conv.filters,
    k: conv.kernelHeight * conv.kernelWidth * conv.channels,
    unrounded: high * wide,
  };
}

/**
 * Utilisation as SCALE-Sim v1 reports it, in percent: cells that hold something over all cycles, in os over those that
 * read.
 */
export function v1Utilisation(device: Array2d, product: V1Product): number {
  const cells = device.array.rows * device.array.columns;
  if (device.dataflow === 'os') {
    const { cells: used, readCycles } = outputStationaryUse(device, product);
    return (100 * used) / (cells * readCycles);
  }
  const folds = stationaryFolds(device, product);
  const used = folds.reduce((sum, { times, cycles, cells: held }) => sum + times * cycles * held, 0);
  return (100 * used) / (cells * v1Cycles(device, product));
}
