import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { labelKind } from '../metrics/index.js';
import { CsvError, parseCsv } from '../samples/csv.js';
import type { AutosplitError } from '../util/error.js';
import { absolute, existing } from './existing.js';
import { type LocatedMap, toPlain, valueAt } from './located.js';
import type { MergedConfig } from './merged.js';
import { problemAt } from './problem.js';
import { limitOf, refusePreprocess } from './refuse-preprocess.js';
import type { ResolvedSamples, ResolvedValidation } from './resolved.js';
import { DEFAULT_PREPROCESS, isA, resolvePreprocess, resolveSamples } from './samples.js';
import type { Metric } from './schema.gen.js';

/**
 * The samples, labels and metric of the accuracy measurement. Without samples of its own, `validation` uses those of
 * `calibration`.
 */
export async function resolveValidation(
  { validation = {} }: MergedConfig,
  merged: LocatedMap,
  calibration: ResolvedSamples | undefined,
  problems: AutosplitError[],
): Promise<ResolvedValidation | undefined> {
  const section = valueAt(merged, ['validation']) as LocatedMap;
  refusePreprocess(section, 'validation', problems);
  const preprocess = validation.preprocess
    ? resolvePreprocess(section, validation.preprocess, 'validation', problems)
    : (calibration?.preprocess ?? DEFAULT_PREPROCESS);
  const hasSamples = ['images', 'inputs', 'audio'].some((kind) => section.entries.has(kind));
  const limit = limitOf(validation.samples, Infinity);
  const samples = hasSamples
    ? await resolveSamples(section, 'validation', { preprocess, limit }, problems)
    : calibration;
  const written = validation.metric ?? 'top1';
  const isModule = typeof written === 'string' && /\.m?js$/.test(written);
  const module = isModule ? await existing(merged, ['validation', 'metric'], 'METRIC_INVALID', problems) : undefined;
  const metric = typeof written === 'string' ? { name: written as Metric['name'] } : written;
  const labelled = validation.labels !== undefined ? await labelsOf(merged, metric.name, problems) : undefined;
  if (!samples || (isModule && !module) || (validation.labels !== undefined && !labelled)) return undefined;
  return { ...samples, labelFiles: [], ...labelled, metric: module ? { module } : metric };
}

type Labels = Pick<ResolvedValidation, 'labelFiles'> & { labels: string };

async function labelsOf(merged: LocatedMap, metric: string, problems: AutosplitError[]): Promise<Labels | undefined> {
  const located = valueAt(merged, ['validation', 'labels']);
  if (located && labelKind(metric) === 'boxes' && (await isA('folder', absolute(located)))) {
    const labels = absolute(located);
    const names = (await readdir(labels)).filter((name) => name.endsWith('.txt')).sort();
    if (names.length > 0) return { labels, labelFiles: names.map((name) => path.join(labels, name)) };
    problems.push(
      problemAt(located, `\`validation.labels\`: no .txt file in ${toPlain(located)}`, { code: 'SAMPLES_NOT_FOUND' }),
    );
    return undefined;
  }
  const labels = await existing(merged, ['validation', 'labels'], 'SAMPLES_NOT_FOUND', problems);
  return labels === undefined
    ? undefined
    : { labels, labelFiles: labelKind(metric) === 'files' ? await filesNamedIn(labels) : [] };
}

/**
 * Existing files that the column `label` of a CSV names, relative to the CSV. Errors are reported when labels are read.
 */
async function filesNamedIn(csv: string): Promise<string[]> {
  try {
    const [header, ...rows] = parseCsv(await readFile(csv, 'utf8'));
    const column = header?.fields.findIndex((field) => field.trim().toLowerCase() === 'label') ?? -1;
    const files = [...new Set(rows.map(({ fields }) => path.resolve(path.dirname(csv), fields[column] ?? '')))];
    const exist = await Promise.all(files.map((file) => isA('file', file)));
    return files.filter((_, i) => exist[i]);
  } catch (error) {
    if (error instanceof CsvError) return [];
    throw error;
  }
}
