import { stat } from 'node:fs/promises';
import path from 'node:path';
import { glob } from 'tinyglobby';
import type { AutosplitError } from '../util/error.js';
import { relativePath } from '../util/files.js';
import { type LocatedMap, valueAt } from './located.js';
import { problemAt } from './problem.js';
import type { ResolvedPreprocess, ResolvedSamples } from './resolved.js';
import type { Preprocess } from './schema.gen.js';

const KINDS = ['images', 'inputs', 'audio'] as const;

/** The files of a valid section `calibration` or `validation`. */
export async function resolveSamples(
  section: LocatedMap,
  name: string,
  { preprocess, limit }: { preprocess: ResolvedPreprocess; limit: number },
  problems: AutosplitError[],
): Promise<ResolvedSamples | undefined> {
  const kind = KINDS.find((candidate) => section.entries.has(candidate));
  const located = kind && valueAt(section, [kind]);
  if (!kind || located?.kind !== 'scalar') return undefined;
  const pattern = String(located.value);
  const files = await expand(pattern, located.source.folder);
  if (files.length === 0) {
    const isFolder = await isA('folder', path.resolve(located.source.folder, pattern));
    const hint = isFolder
      ? `it is a folder; \`${pattern.replace(/\/$/, '')}/*\` takes the files in it`
      : `looked in ${located.source.folder}`;
    problems.push(
      problemAt(located, `\`${name}.${kind}\`: no file matches \`${pattern}\``, { code: 'SAMPLES_NOT_FOUND', hint }),
    );
    return undefined;
  }
  return { kind, files, pattern, preprocess, limit };
}

/**
 * Absolute paths of the matching files, sorted by the bytes of their relative paths: the order is independent of locale
 * and file system.
 */
async function expand(pattern: string, folder: string): Promise<string[]> {
  const literal = path.resolve(folder, pattern);
  if (await isA('file', literal)) return [literal];
  const found = await glob(pattern, { cwd: folder, absolute: true, onlyFiles: true, expandDirectories: false });
  const keys = new Map(found.map((file) => [path.resolve(file), Buffer.from(relativePath(folder, file))]));
  return [...keys].sort(([, a], [, b]) => Buffer.compare(a, b)).map(([file]) => file);
}

export const isA = (what: 'file' | 'folder', file: string): Promise<boolean> =>
  stat(file).then(
    (entry) => (what === 'file' ? entry.isFile() : entry.isDirectory()),
    () => false,
  );

export const DEFAULT_PREPROCESS: ResolvedPreprocess = {
  fit: 'cover',
  channels: 'rgb',
  mean: [0, 0, 0],
  std: [1, 1, 1],
  layout: 'nchw',
};

/** Preprocessing of images with defaults filled in. */
export function resolvePreprocess(
  section: LocatedMap,
  written: Preprocess,
  name: string,
  problems: AutosplitError[],
): ResolvedPreprocess {
  const { resize, fit = 'cover', crop, channels = 'rgb', mean = 0, std = 1, layout = 'nchw' } = written;
  const count = channels === 'grey' ? 1 : 3;
  const perChannel = (key: 'mean' | 'std', value: number | readonly number[]): number[] => {
    const values: readonly number[] = typeof value === 'number' ? [value] : value;
    if (values.length === 1) return Array.from({ length: count }, () => values[0]);
    if (values.length !== count) {
      const hint = `channels: ${channels} needs one value${count > 1 ? `, or ${count}` : ''}`;
      problems.push(
        problemAt(
          at(key),
          `\`${name}.preprocess.${key}\` has ${values.length} values for ${count} channel${count > 1 ? 's' : ''}`,
          {
            hint,
          },
        ),
      );
    }
    return [...values];
  };
  const at = (key: string) => valueAt(section, ['preprocess', key]) ?? section;
  const pair: [number, number] | undefined = typeof crop === 'number' ? [crop, crop] : crop && [crop[0], crop[1]];
  const resized = typeof resize === 'number' ? resize : resize && ([resize[0], resize[1]] satisfies [number, number]);
  if (pair && resized !== undefined && exceeds(pair, resized)) {
    const hint =
      typeof resized === 'number'
        ? `the short side is resized to ${resized}`
        : `pictures are resized to ${resized.join(' x ')}`;
    problems.push(problemAt(at('crop'), `\`${name}.preprocess.crop\` is larger than the picture`, { hint }));
  }
  return {
    ...(resized !== undefined && { resize: resized }),
    fit,
    ...(pair && { crop: pair }),
    channels,
    mean: perChannel('mean', mean),
    std: perChannel('std', std),
    layout,
  };
}

/** Whether a crop exceeds the resized picture. If only the short side is known, the long side counts as unlimited. */
const exceeds = ([width, height]: [number, number], resized: [number, number] | number): boolean =>
  typeof resized === 'number' ? Math.min(width, height) > resized : width > resized[0] || height > resized[1];
