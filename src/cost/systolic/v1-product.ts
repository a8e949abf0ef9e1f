import type { Gemm } from './geometry.js';

/** A product as SCALE-Sim v1 counts it. */
export interface V1Product extends Omit<Gemm, 'count'> {
  /**
   * Windows where neither direction is rounded down, as v1 forgets to in places: more than `m` where the stride does
   * not divide.
   *
   * @default m
   */
  unrounded?: number;
}
