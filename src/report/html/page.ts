import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../util/package.js';
import { html, Markup, scriptJson, type Value } from './markup.js';

export interface Page {
  title: string;
  body: Value;
  /** The document of the page, which {@link pageData} reads back. */
  data: unknown;
}

/** Style sheets in cascading order. */
const STYLES = ['colours', 'page', 'charts', 'network', 'tables', 'media'];

const OPEN = '<script type="application/json" id="report-data">';

/** A self-contained HTML file. It embeds its style and script, and its Content Security Policy allows no others. */
export function page({ title, body, data }: Page): string {
  const root = packageRoot();
  const style = STYLES.map((name) => readFileSync(path.join(root, `templates/report/${name}.css`), 'utf8'))
    .join('')
    .trim();
  const script = readFileSync(path.join(root, 'dist/report/page.js'), 'utf8').trim();
  const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
${body}
${new Markup(OPEN)}${scriptJson(data)}</script>
<script>${new Markup(script)}</script>
</body>
</html>
`.text;
}

/** The data of a page that {@link page} wrote; undefined if it holds none. */
export function pageData(text: string): unknown {
  const start = text.indexOf(OPEN);
  const end = text.indexOf('</script>', start);
  if (start < 0 || end < 0) return undefined;
  try {
    return JSON.parse(text.slice(start + OPEN.length, end));
  } catch {
    return undefined;
  }
}

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
