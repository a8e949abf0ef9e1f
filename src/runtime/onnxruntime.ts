export type Runtime = typeof import('onnxruntime-node');

/**
 * onnxruntime, loaded where it is needed: a side that computes nothing must run where it is not installed. Its builds
 * since 1.29 report the models they load to their maker, and keep an identifier of the device for that, unless this
 * variable is set before they are loaded; a value that is set already is kept.
 */
export function loadRuntime(): Promise<Runtime> {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  return import('onnxruntime-node');
}
