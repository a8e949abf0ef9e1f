import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MANIFEST, type SplitManifest } from '../bundle/manifest.js';
import { loadConfig } from '../config/load.js';
import type { ResolvedConfig } from '../config/resolved.js';
import type { ReportDocument } from '../documents/report.js';
import type { ReportSummary } from '../documents/report-summary.gen.js';
import { parseManifest, readManifest } from '../freshness/index.js';
import { type Changes, changesSince } from '../report/changes.js';
import { markdownSummary } from '../report/markdown.js';
import { AutosplitError } from '../util/error.js';
import { relativePath } from '../util/files.js';
import { fileAtCommit } from './git.js';
import type { CommonOptions } from './options.js';
import { jsonOf } from './print.js';

export const FORMATS = ['md', 'html', 'json'] as const;

export interface ReportOptions extends CommonOptions {
  format?: (typeof FORMATS)[number];
  against?: string;
  output?: string;
  /** Folder, relative to `cwd`. */
  bundle?: string;
}

/**
 * `autosplit report`: what the committed bundles say of themselves, and what changed since a commit. Nothing is
 * computed again.
 */
export async function reportCommand(options: ReportOptions): Promise<void> {
  const format = options.format ?? (options.json ? 'json' : 'md');
  const flags = options.bundle === undefined ? [] : [{ flag: '--bundle', path: ['output'], text: options.bundle }];
  const configs = await loadConfig({ ...options, flags });
  if (format === 'html' && configs.length > 1)
    throw new AutosplitError('USAGE', 'an HTML report is of one build', {
      hint: `choose with --build: ${configs.map(({ name }) => name).join(', ')}`,
    });
  const texts: string[] = [];
  const summaries: ReportSummary[] = [];
  for (const config of configs) {
    const manifest = await readManifest(config.output);
    const changes = options.against === undefined ? undefined : await changesOf(config, manifest, options.against);
    if (format === 'json')
      summaries.push(summaryOf(manifest, relativePath(options.cwd, config.output) || '.', changes));
    else texts.push(format === 'md' ? markdownSummary(manifest, changes) : await drawnAgain(config.output, changes));
  }
  const text = format === 'json' ? jsonOf(summaries) : texts.join('\n');
  if (options.output === undefined) process.stdout.write(text);
  else await write(path.resolve(options.cwd, options.output), text);
}

async function changesOf({ output }: ResolvedConfig, manifest: SplitManifest, reference: string): Promise<Changes> {
  const text = await fileAtCommit(output, MANIFEST, reference);
  const place = `${reference}:${path.basename(output)}/${MANIFEST}`;
  if (text === undefined)
    throw new AutosplitError('BUNDLE_MISSING', `there is no bundle at ${place}`, {
      hint: 'compare with a commit that has one',
    });
  return changesSince(parseManifest(text, place), manifest, reference);
}

const summaryOf = (
  { plan, verification, build }: SplitManifest,
  output: string,
  changes: Changes | undefined,
): ReportSummary =>
  ({
    version: 1,
    build,
    output,
    plan,
    ...(verification && { verification }),
    ...(changes && { changes }),
  }) as ReportSummary;

/** report.html from the data in the committed one, so that it is what this version draws. */
async function drawnAgain(output: string, changes: Changes | undefined): Promise<string> {
  const [{ reportHtml, REPORT }, { pageData }, { changesSection }] = await Promise.all([
    import('../report/html/index.js'),
    import('../report/html/page.js'),
    import('../report/html/sections/changes.js'),
  ]);
  const text = await readFile(path.join(output, REPORT), 'utf8').catch(() => undefined);
  const data = text === undefined ? undefined : pageData(text);
  if (!isReport(data)) {
    throw new AutosplitError('BUNDLE_MISSING', `there is no report at ${path.join(output, REPORT)}`, {
      hint: 'run `npx autosplit build`',
    });
  }
  return reportHtml(data, changes && changesSection(changes));
}

const isReport = (data: unknown): data is ReportDocument =>
  typeof data === 'object' && data !== null && 'version' in data && data.version === 1 && 'plan' in data;

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((cause: Error) => {
    throw new AutosplitError('OUTPUT_FAILED', `${file} cannot be written: ${cause.message}`, { cause });
  });
}
