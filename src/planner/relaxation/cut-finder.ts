import type { Model } from '../core/model.js';

/** What a cut pays: for each layer on the edge or in the cloud, for each tensor with a reader in the cloud. */
export interface CutCosts {
  edge: Float64Array;
  cloud: Float64Array;
  cross: Float64Array;
}

export interface Cut {
  /** Infinite where no cut is allowed. */
  value: number;
  /** 1 where the layer is on the edge. */
  edge: Uint8Array;
  /** Elementary steps done. */
  work: number;
}

/** Finds the cheapest cut. Infinite costs forbid; `placement` pins, as in the model. */
export type CutFinder = (placement: Int8Array, costs: CutCosts) => Cut;

export const newCutCosts = ({ layerCount, tensorCount }: Model): CutCosts => ({
  edge: new Float64Array(layerCount),
  cloud: new Float64Array(layerCount),
  cross: new Float64Array(tensorCount),
});
