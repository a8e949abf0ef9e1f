/** What one node multiplies, and the windows that it reads, for cost models. */
export interface Work {
  macs: number;
  /** GEMM view of the MACs: M output pixels, N filters, K window, `count` times (groups, batch). */
  gemm?: { m: number; n: number; k: number; count: number };
  conv?: {
    inputHeight: number;
    inputWidth: number;
    channels: number;
    kernelHeight: number;
    kernelWidth: number;
    strideHeight: number;
    strideWidth: number;
    filters: number;
    groups: number;
  };
  /** Window of a pooling layer. */
  pool?: { kernelHeight: number; kernelWidth: number; strideHeight: number; strideWidth: number };
  /** Name of the layer in cost tables, where that is not its operator. */
  kind?: string;
}

/** What sets the layers of an operator apart in cost models. */
export interface Kind {
  /** Renames a tensor and moves nothing: runtimes reuse the buffer, and it costs no time at all. */
  isFree?: true;
  /** Name of the kind whose efficiency counts where a preset does not state one for this. */
  runsAs?: string;
  /** Rows of a measured table that are nearest of kind share a sort. */
  sortOf?(row: KindRow): string;
  /** Whether channels do not fill vectors: what is left of them is computed one by one, or all in slower kernels. */
  isRagged?(row: KindRow): boolean;
}

/** A row of a measured table, as far as kinds look at it. */
export interface KindRow {
  gemm?: readonly [m: number, n: number, k: number, count: number];
  /** Kernel height and width, and strides. */
  window?: readonly [number, number, number, number];
}

/** One dimension is a picture of height 1; of three, the last two are the picture. */
export const lastTwo = (values: readonly number[]): [number, number] =>
  values.length < 2 ? [1, values[0] ?? 1] : [values[values.length - 2], values[values.length - 1]];
