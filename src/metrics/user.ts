import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { float16sToFloat32 } from '../numerics/float16.js';
import type { Outputs } from '../outputs/elements.js';
import { metricModule } from '../samples/metric-module.js';
import { AutosplitError } from '../util/error.js';
import { compileModule, importCompiled } from '../util/module.js';
import { type LabelledMetric, labelled, type OpenMetric } from './metric.js';

/** One output of the model for one sample. */
export interface MetricTensor {
  data: ArrayLike<number | bigint | string>;
  dims: readonly number[];
  /** Type of the elements; `float16` is decoded before the metric gets it. */
  dtype?: string;
}

/** Score of one sample in 0..1. */
export type Metric = (outputs: Record<string, MetricTensor>, label: string) => number;

/** The metric of a user's module. */
export const moduleMetric = (file: string): LabelledMetric =>
  labelled('column', async ({ labels }) => ofLabels(await loadMetric(file), labels));

/** Binds a metric of outputs and label to the labels of the samples. */
export const ofLabels = (metric: Metric, labels: readonly string[]): OpenMetric => ({
  score: (outputs, sample) => metric(tensorsOf(outputs), labels[sample]),
  notes: [],
});

const tensorsOf = (outputs: Outputs) =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, { data, shape, dtype }]) => [
      name,
      { data: data as unknown as MetricTensor['data'], dims: shape, dtype },
    ]),
  );

/**
 * The default export of a user's ES module: `(outputs, label) => score`, outputs by name as `{ data, dims }`.
 * @throws AutosplitError METRIC_INVALID where the module cannot be loaded; the metric itself throws it where the module
 * throws or gives something other than a number in 0..1
 */
export async function loadMetric(file: string): Promise<Metric> {
  const invalid = (message: string, cause?: unknown) =>
    new AutosplitError('METRIC_INVALID', `${file}: ${message}`, { location: { file }, cause });
  const score = await importMetric(file).catch((cause: unknown) => {
    throw invalid(`cannot be loaded (${messageOf(cause)})`, cause);
  });
  if (typeof score !== 'function') throw invalid('has no default export that is a function (outputs, label) => score');
  return (outputs, label) => {
    let result: unknown;
    try {
      result = score(
        Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, decoded(tensor)])),
        label,
      );
    } catch (cause) {
      throw invalid(`failed on label "${label}" (${messageOf(cause)})`, cause);
    }
    if (typeof result === 'number' && result >= 0 && result <= 1) return result;
    const got = result instanceof Promise ? 'a promise' : String(result);
    throw invalid(`returned ${got} for label "${label}", not a number in 0..1`);
  };
}

/** Digests of the imported modules. */
const imported = new Map<string, string | undefined>();

/**
 * Imports a module. Node.js imports a file only once, so a changed file, as in a watch, is compiled and run as a new
 * module.
 */
async function importMetric(file: string): Promise<unknown> {
  const digest = (await metricModule(file))?.digest;
  if (imported.has(file) && imported.get(file) !== digest)
    return importCompiled(
      await compileModule(path.dirname(file), { entryPoints: [file] }),
      path.basename(file, path.extname(file)),
    );
  imported.set(file, digest);
  return (await import(pathToFileURL(file).href)).default;
}

/** Decodes a float16 tensor from bit patterns to numbers. */
export function decoded(tensor: MetricTensor): MetricTensor {
  if (tensor.dtype !== 'float16' || !(tensor.data instanceof Uint16Array)) return tensor;
  return { ...tensor, data: float16sToFloat32(tensor.data) };
}

const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));
