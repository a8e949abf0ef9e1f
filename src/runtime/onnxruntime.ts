export type Runtime = typeof import('onnxruntime-node');

/**
 * Loads onnxruntime on first use: a side that computes nothing must run where it is not installed. Versions since 1.29
 * report the models they load to their maker, unless this variable is set before; a value that is set already is kept.
 */
export function loadRuntime(): Promise<Runtime> {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  return import('onnxruntime-node');
}
