import { html, type Markup, type Value } from './markup.js';

export interface Section {
  id: string;
  title: string;
  /** What the section shows, in one to three sentences. */
  lead: Value;
  body: Value;
}

/** A section of the page; `id` is its anchor. */
export const section = ({ id, title, lead, body }: Section): Markup => html`
<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
<p class="lead">${lead}</p>
${body}
</section>`;

/** Classes of fills, which differ in colour and pattern. */
export type Swatch = 'edge' | 'link' | 'cloud' | 'weights' | 'live' | 'limit' | 'plain';

export const legend = (entries: readonly [swatch: Swatch, text: Value][]): Markup =>
  html`<ul class="legend">${entries.map(
    ([swatch, text]) =>
      html`<li><svg width="22" height="14" aria-hidden="true"><rect class="swatch ${swatch}" x="1" y="1" width="20" height="12"/></svg>${text}</li>`,
  )}</ul>`;

export interface Column {
  title: string;
  unit?: string;
  isNumber?: boolean;
  /** Text that wraps. */
  isLong?: boolean;
}

/** A cell: its text, and its sort key if that is not the text. */
export type Cell = { text: Value; by?: number | string | null };

export interface Table {
  caption: string;
  columns: readonly Column[];
  rows: readonly { cells: readonly Cell[]; className?: string }[];
}

/** A table that the page's script makes sortable. The first column holds row headers. */
export function table({ caption, columns, rows }: Table): Markup {
  const head = columns.map(
    ({ title, unit, isNumber }) =>
      html`<th scope="col" class="${isNumber ? 'number' : 'text'}"><button type="button">${title}${unit && html` <small>${unit}</small>`}</button></th>`,
  );
  const body = rows.map(
    ({ cells, className }) =>
      html`<tr${className ? html` class="${className}"` : ''}>${cells.map((cell, i) => tableCell(cell, columns[i], i === 0))}</tr>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="sortable"><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>
${body}</tbody></table></div>`;
}

function tableCell({ text, by }: Cell, { isNumber, isLong }: Column, isFirst: boolean): Markup {
  if (text === '' && (by ?? '') === '' && !isFirst) return html`<td></td>`;
  const attributes = html`${by !== undefined && html` data-by="${by ?? ''}"`}${(isNumber || isLong) && html` class="${isNumber ? 'number' : 'long'}"`}`;
  return isFirst ? html`<th scope="row"${attributes}>${text}</th>` : html`<td${attributes}>${text}</td>`;
}

/** Content that is folded below a summary line. */
export const folded = (summary: string, body: Value): Markup =>
  html`<details><summary>${summary}</summary>${body}</details>`;
