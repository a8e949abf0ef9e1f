/**
 * Cholesky factor of a symmetric positive definite matrix: H = R^T R, R upper triangular. Only the upper half of
 * `matrix` (row-major, size x size) is read; it is overwritten by R. Plain double arithmetic in a fixed order: every
 * machine gives the same bits.
 * @returns false where the matrix is not positive definite
 */
export function cholesky(matrix: Float64Array, size: number): boolean {
  for (let p = 0; p < size; p++) {
    const pivot = matrix[p * size + p];
    if (!(pivot > 0)) return false;
    const root = Math.sqrt(pivot);
    for (let j = p; j < size; j++) matrix[p * size + j] /= root;
    const row = matrix.subarray(p * size, (p + 1) * size);
    for (let i = p + 1; i < size; i++) {
      const factor = row[i];
      if (factor === 0) continue;
      const target = matrix.subarray(i * size, (i + 1) * size);
      for (let j = i; j < size; j++) target[j] -= factor * row[j];
    }
  }
  return true;
}

/** Solves R^T R x = b in place, R as {@link cholesky} leaves it. */
export function solveCholesky(factor: Float64Array, size: number, b: Float64Array): void {
  // R^T y = b, by columns of R^T, which are rows of R.
  for (let i = 0; i < size; i++) {
    const row = factor.subarray(i * size, (i + 1) * size);
    const y = b[i] / row[i];
    b[i] = y;
    if (y !== 0) for (let j = i + 1; j < size; j++) b[j] -= y * row[j];
  }
  for (let i = size - 1; i >= 0; i--) {
    const row = factor.subarray(i * size, (i + 1) * size);
    let sum = b[i];
    for (let j = i + 1; j < size; j++) sum -= row[j] * b[j];
    b[i] = sum / row[i];
  }
}
