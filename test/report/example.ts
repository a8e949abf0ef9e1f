import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SplitManifest } from '../../src/bundle/manifest.js';
import { pageData } from '../../src/report/html/page.js';
import type { ReportDocument } from '../../src/report-document.js';

const bundle = fileURLToPath(new URL('../../examples/license-plates/autosplit/', import.meta.url));

/** report.html of the example, as it is committed. */
export const exampleHtml = readFileSync(path.join(bundle, 'report.html'), 'utf8');

/** What it was drawn from; a new copy each time. */
export const exampleReport = (): ReportDocument => pageData(exampleHtml) as ReportDocument;

export const exampleManifest = (): SplitManifest => JSON.parse(readFileSync(path.join(bundle, 'split-manifest.json'), 'utf8'));
