import type { Model } from '../core/model.js';
import { closureFinder } from './closure.js';
import type { Column } from './column.js';
import type { CutFinder } from './cut-finder.js';
import { emptyColumn, liftCut } from './lift.js';
import { prefixFinder } from './prefix.js';
import { newPricing, type Prices, type Pricing, priceModel } from './price.js';

/** What the relaxations of one model share. */
export interface Relaxer {
  pricing: Pricing;
  findCut: CutFinder;
  /** Elementary steps done so far, a measure of time that is the same on every machine. */
  work(): number;
}

export interface Relaxation {
  /**
   * No plan of the node costs less than this in cost + prices * resources. Infinite where the node has no cut at all.
   */
  value: number;
  column: Column;
}

export function createRelaxer(model: Model): Relaxer {
  const pricing = newPricing(model);
  return { pricing, findCut: model.chain ? prefixFinder(model) : closureFinder(model), work: () => pricing.work };
}

/**
 * The problem without limits at prices: every layer takes its cheapest option, and the edge side is a minimum cut.
 * Exact but for one case, in which it is a lower bound: a layer with several outputs whose prices on the wire depend
 * on its bits.
 */
export function relax({ pricing, findCut }: Relaxer, placement: Int8Array, prices: Prices): Relaxation {
  priceModel(pricing, placement, prices);
  const { value, edge, work } = findCut(placement, pricing.cut);
  pricing.work += work;
  if (value === Number.POSITIVE_INFINITY) return { value, column: emptyColumn(pricing.model, edge) };
  return { value: value + pricing.constant, column: liftCut(pricing, edge) };
}
