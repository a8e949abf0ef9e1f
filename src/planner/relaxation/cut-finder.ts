export interface CutFinder {
  /**
   * The cheapest cut: `edgeCost` of its layers, `cloudCost` of the others, `crossCost` of every tensor with a reader in
   * the cloud. Infinite costs forbid; `placement` pins. The value is infinite where no cut is allowed.
   */
  find(
    placement: Int8Array,
    edgeCost: Float64Array,
    cloudCost: Float64Array,
    crossCost: Float64Array,
  ): { value: number; edge: Uint8Array };
  /** Elementary steps done so far. */
  work(): number;
}
