import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { MANIFEST, type SplitManifest } from '../bundle/manifest.js';
import type { ReportDocument } from '../documents/report.js';
import type { ReportSummary } from '../documents/report-summary.gen.js';
import { parseManifest, readManifest } from '../freshness/index.js';
import { type Changes, changesSince } from '../report/changes.js';
import { markdownSummary } from '../report/markdown.js';
import { AutosplitError } from '../util/error.js';
import { relativePath } from '../util/files.js';
import { fileAtCommit } from './git.js';
import type { CommandOptions, ConfigOptions } from './options.js';
import { configsOf } from './run.js';

export interface ReportOptions extends ConfigOptions {
  format: 'md' | 'html' | 'json';
  /** A commit to compare with: `main`, `HEAD~3`, a hash. */
  against?: string | undefined;
}

/** Report of one build: text for Markdown and HTML, an object for JSON. */
type Report = { text: string } | { summary: ReportSummary };

/**
 * Reports on the committed bundles and on what changed since a commit, from their files alone.
 * @throws AutosplitError BUNDLE_MISSING, GIT_FAILED; USAGE for an HTML report of several builds
 */
export async function* reports(options: ReportOptions & CommandOptions): AsyncGenerator<Report> {
  const { format, against, cwd = process.cwd() } = options;
  const configs = await configsOf(options);
  if (format === 'html' && configs.length > 1)
    throw new AutosplitError('USAGE', 'an HTML report is of one build', {
      hint: `choose with --build: ${configs.map(({ name }) => name).join(', ')}`,
    });
  for (const { output } of configs) {
    const manifest = await readManifest(output);
    const changes = against === undefined ? undefined : await changesOf(output, manifest, against);
    if (format === 'json') yield { summary: summaryOf(manifest, relativePath(cwd, output) || '.', changes) };
    else yield { text: format === 'md' ? markdownSummary(manifest, changes) : await drawnAgain(output, changes) };
  }
}

async function changesOf(output: string, manifest: SplitManifest, reference: string): Promise<Changes> {
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

/** Draws report.html again with this version, from the data in the committed one. */
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
