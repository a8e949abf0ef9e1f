import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ReportOptions as ApiOptions, reports } from '../api/report.js';
import { AutosplitError } from '../util/error.js';
import type { CommonOptions } from './options.js';
import { jsonOf } from './print.js';

export interface ReportOptions extends CommonOptions {
  format?: ApiOptions['format'];
  against?: string;
  output?: string;
  /** Folder, relative to `cwd`. */
  bundle?: string;
}

/** `autosplit report`: prints the report, or writes it to a file. */
export async function reportCommand(options: ReportOptions): Promise<void> {
  const format = options.format ?? (options.json ? 'json' : 'md');
  const flags = options.bundle === undefined ? [] : [{ flag: '--bundle', path: ['output'], text: options.bundle }];
  const texts: string[] = [];
  const summaries: unknown[] = [];
  for await (const report of reports({ ...options, format, flags })) {
    if ('text' in report) texts.push(report.text);
    else summaries.push(report.summary);
  }
  const text = format === 'json' ? jsonOf(summaries) : texts.join('\n');
  if (options.output === undefined) process.stdout.write(text);
  else await write(path.resolve(options.cwd, options.output), text);
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((cause: Error) => {
    throw new AutosplitError('OUTPUT_FAILED', `${file} cannot be written: ${cause.message}`, { cause });
  });
}
