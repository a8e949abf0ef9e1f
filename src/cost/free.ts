/**
 * Operators that rename a tensor and move nothing: onnxruntime and the C target reuse the buffer. They cost no time at
 * all.
 */
export const FREE: ReadonlySet<string> = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Identity', 'Dropout']);
